using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Catalog.V1;

namespace Outreach.Server.Catalog;

/// <summary>The catalogue's messages and the domain's records: the only place where both meet.</summary>
internal static class CatalogWire
{
    private const string Prefix = "product.";

    private static readonly Dictionary<string, ProductSettings> Settings = new()
    {
        ["name"] = ProductSettings.Name,
        ["category"] = ProductSettings.Category,
        ["form"] = ProductSettings.Form,
        ["strength"] = ProductSettings.Strength,
        ["doses_per_unit"] = ProductSettings.DosesPerUnit,
        ["items_per_unit"] = ProductSettings.ItemsPerUnit,
        ["unit_of_issue"] = ProductSettings.UnitOfIssue,
        ["packages"] = ProductSettings.Packages,
        ["identifiers"] = ProductSettings.Identifiers,
        ["tracks_lots"] = ProductSettings.TracksLots,
        ["tracks_expiry"] = ProductSettings.TracksExpiry,
    };

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Product Parse(Wire.CreateProductRequest request)
    {
        var violations = new Violations();
        var sent = Sent(request.Product, violations);
        var product = Read(sent, ProductSettings.All, violations);
        if (sent.TracksExpiry && !sent.TracksLots)
            violations.Add(Prefix + "tracks_expiry", "needs tracks_lots: expiry is a lot's.");
        violations.ThrowIfAny();
        return product();
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Product Wanted, ProductSettings Which, long? Seen) Parse(Wire.UpdateProductRequest request)
    {
        var violations = new Violations();
        var sent = Sent(request.Product, violations);
        var which = FieldMasks.Fields(sent, request.UpdateMask, Settings.Keys, violations)
            .Aggregate(ProductSettings.None, (all, field) => all | Settings[field]);
        var product = Read(sent, which, violations);
        var seen = Fields.Etag(sent.Etag, Prefix + "etag", violations);
        violations.ThrowIfAny();
        return (product(), which, seen);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (ProductId Id, long? Seen) Parse(Wire.RetireProductRequest request)
    {
        var violations = new Violations();
        var id = Fields.Id(request.ProductId, "product_id", violations);
        var seen = Fields.Etag(request.Etag, "etag", violations);
        violations.ThrowIfAny();
        return (new ProductId(id!), seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static ProductId Parse(Wire.GetProductRequest request)
    {
        var violations = new Violations();
        var id = Fields.Id(request.ProductId, "product_id", violations);
        violations.ThrowIfAny();
        return new ProductId(id!);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static ProductsAsked Parse(Wire.ListProductsRequest request)
    {
        var violations = new Violations();
        var list = $"products {(int)request.Category} {request.IncludeRetired} {request.Identifier}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        Category? category = request.Category == 0 ? null : Fields.OneOf<Category>((int)request.Category, "category", violations);
        if (request.Identifier.Length > 0 && !System.Enum.GetValues<IdentifierScheme>().Any(scheme => Identifier.IsPossible(scheme, request.Identifier)))
            violations.Add("identifier", $"is a GTIN or an NDC as printed; this is '{Shown.Short(request.Identifier)}'.");
        violations.ThrowIfAny();
        return new ProductsAsked(list, page, category, request.IncludeRetired, request.Identifier);
    }

    /// <summary>The product as callers see it.</summary>
    public static Wire.Product Write(CatalogEntry entry)
    {
        var product = entry.Product;
        var wire = new Wire.Product
        {
            ProductId = product.Id.Value,
            Name = product.Name,
            Category = (Wire.Category)product.Category,
            Form = (Wire.Form)product.Form,
            Strength = product.Strength,
            DosesPerUnit = product.DosesPerUnit,
            ItemsPerUnit = product.ItemsPerUnit,
            UnitOfIssue = product.UnitOfIssue,
            TracksLots = product.TracksLots,
            TracksExpiry = product.TracksExpiry,
            Etag = entry.Version.ToString(CultureInfo.InvariantCulture),
            CreateTime = Write(entry.AddedAt),
            UpdateTime = Write(entry.ChangedAt),
            RetireTime = entry.RetiredAt is { } retired ? Write(retired) : null,
        };
        wire.Packages.AddRange(product.Packages.Select(size => new Wire.PackageSize { Name = size.Name, Units = size.Units }));
        wire.Identifiers.AddRange(product.Identifiers.Select(code => new Wire.Identifier { Scheme = (Wire.IdentifierScheme)code.Scheme, Value = code.Value }));
        return wire;
    }

    private static Timestamp Write(Instant moment) => Timestamp.FromDateTime(moment.ToDateTimeUtc());

    private static Wire.Product Sent(Wire.Product? product, Violations violations)
    {
        if (product is null)
            violations.Add("product", "is required.");
        return product ?? new Wire.Product();
    }

    /// <summary>Checks the settings that are asked for, and says how to make the product once nothing is wrong; other settings are left blank.</summary>
    private static Func<Product> Read(Wire.Product sent, ProductSettings which, Violations violations)
    {
        bool Asked(ProductSettings setting) => which.HasFlag(setting);
        string Text(ProductSettings setting, string text, string field, int least, int most) =>
            Asked(setting) ? Fields.Text(text, Prefix + field, least, most, violations) : "";
        int Count(ProductSettings setting, int count, string field, int least, int most) =>
            Asked(setting) ? Fields.Count(count, Prefix + field, least, most, violations) : least;

        var id = Fields.Id(sent.ProductId, Prefix + "product_id", violations);
        var name = Text(ProductSettings.Name, sent.Name, "name", 1, Product.MaxName);
        var category = Asked(ProductSettings.Category) ? Fields.OneOf<Category>((int)sent.Category, Prefix + "category", violations) : default;
        var form = Asked(ProductSettings.Form) ? Fields.OneOf<Form>((int)sent.Form, Prefix + "form", violations) : default;
        var strength = Text(ProductSettings.Strength, sent.Strength, "strength", 0, Product.MaxStrength);
        var doses = Count(ProductSettings.DosesPerUnit, sent.DosesPerUnit, "doses_per_unit", 0, Product.MaxDosesPerUnit);
        var items = Count(ProductSettings.ItemsPerUnit, sent.ItemsPerUnit == 0 ? 1 : sent.ItemsPerUnit, "items_per_unit", 1, Product.MaxItemsPerUnit);
        var unit = Text(ProductSettings.UnitOfIssue, sent.UnitOfIssue, "unit_of_issue", 1, Product.MaxUnitOfIssue);
        var packages = Asked(ProductSettings.Packages) ? Packages(sent, violations) : [];
        var codes = Asked(ProductSettings.Identifiers) ? Identifiers(sent, violations) : [];
        return () => new Product(
            new ProductId(id!), name, category, form, strength, doses, items, unit, packages, codes, sent.TracksLots, sent.TracksExpiry, Retired: false);
    }

    private static List<PackageSize> Packages(Wire.Product sent, Violations violations)
    {
        var packages = new List<PackageSize>();
        foreach (var (i, size) in Fields.Few(sent.Packages, Prefix + "packages", Product.MaxPackages, violations).Index())
        {
            var field = $"{Prefix}packages[{i}].";
            var before = violations.Found.Count;
            var name = Fields.Text(size.Name, field + "name", 1, PackageSize.MaxName, violations);
            var units = Fields.Count(size.Units, field + "units", PackageSize.MinUnits, PackageSize.MaxUnits, violations);
            if (violations.Found.Count == before)
                packages.Add(new PackageSize(name, units));
        }
        return packages;
    }

    private static List<Identifier> Identifiers(Wire.Product sent, Violations violations)
    {
        var codes = new List<Identifier>();
        foreach (var (i, code) in Fields.Few(sent.Identifiers, Prefix + "identifiers", Product.MaxIdentifiers, violations).Index())
        {
            var field = $"{Prefix}identifiers[{i}]";
            var before = violations.Found.Count;
            var scheme = Fields.OneOf<IdentifierScheme>((int)code.Scheme, field + ".scheme", violations);
            if (violations.Found.Count > before)
                continue;
            if (!Identifier.IsPossible(scheme, code.Value))
                violations.Add(field + ".value", $"is {Identifier.Rule(scheme)}; this is '{Shown.Short(code.Value)}'.");
            else if (codes.Contains(new Identifier(scheme, code.Value)))
                violations.Add(field, $"is a code that the product has not yet; '{code.Value}' stands twice.");
            else
                codes.Add(new Identifier(scheme, code.Value));
        }
        return codes;
    }
}
