using Outreach.Domain.Catalog;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Catalog.V1;

namespace Outreach.Server.Catalog;

/// <summary>Parses requests about products.</summary>
internal static class CatalogWire
{
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static Product Parse(Wire.CreateProductRequest request) => ProductFields.All.ParseNew(request.Product, check: (sent, violations) =>
    {
        if (sent.TracksExpiry && !sent.TracksLots)
            violations.Add("product.tracks_expiry", "must be false without tracks_lots, because each lot has its own expiry date; this is true.");
    });

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsUpdate<Product> Parse(Wire.UpdateProductRequest request) => ProductFields.All.ParseUpdate(request.Product, request.UpdateMask);

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static (ProductId Id, long? Seen) Parse(Wire.RetireProductRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.ProductId, "product_id", violations);
        var expectedVersion = FieldParser.ParseEtag(request.Etag, "etag", violations);
        violations.ThrowIfAny();
        return (new ProductId(id!), expectedVersion);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static ProductId Parse(Wire.GetProductRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.ProductId, "product_id", violations);
        violations.ThrowIfAny();
        return new ProductId(id!);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsFilter Parse(Wire.ListProductsRequest request)
    {
        var violations = new Violations();
        var list = $"products {(int)request.Category} {request.IncludeRetired} {request.Identifier}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        Category? category = request.Category == 0 ? null : FieldParser.ParseEnum<Category>((int)request.Category, "category", violations);
        var code = request.Identifier;
        if (code.Length > 0 && !Enum.GetValues<IdentifierScheme>().Any(scheme => Identifier.IsValid(scheme, code)))
            violations.Add("identifier", $"must be a GTIN or an NDC as printed; this is '{Excerpt.From(code)}'.");
        violations.ThrowIfAny();
        return new SettingsFilter(
            list,
            page,
            [("category", category?.ToString()), ("retired", request.IncludeRetired ? null : "")],
            // Codes are digits and hyphens, which JSON does not escape.
            Contains: code.Length == 0 ? "" : $"\"value\":\"{code}\"");
    }

    public static Wire.Product ToWire(Versioned<Product> product) => ProductFields.All.ToWire(product);

    public static Wire.ListProductsResponse ToWire(SettingsPage<Product> page) =>
        new() { Products = { page.Items.Select(ToWire) }, NextPageToken = page.NextPageToken };
}
