using System.Text.Json;
using Outreach.Domain.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Catalog.V1;

namespace Outreach.Server.Catalog;

/// <summary>Which products are asked for.</summary>
/// <param name="TokenScope">The list and its filters, for the token of the next page.</param>
/// <param name="Page">Which page.</param>
/// <param name="Category">Only this one; null for all.</param>
/// <param name="IncludeRetired">Whether retired products are in it.</param>
/// <param name="Identifier">Only products that carry this code; empty for all.</param>
internal sealed record ProductFilter(string TokenScope, PageRequest Page, Category? Category, bool IncludeRetired, string Identifier);

/// <summary>Reads products from the view.</summary>
internal static class CatalogQueries
{
    /// <summary>The product with an id, retired or not; null where there is none.</summary>
    public static async Task<CatalogEntry?> FindAsync(ILedger ledger, string productId, CancellationToken cancel) =>
        await DocumentQueries.FindAsync(ledger, CatalogStreamDefinition.Products, productId, cancel) is { } doc ? Deserialize(doc) : null;

    public static async Task<Wire.ListProductsResponse> ListAsync(ILedger ledger, ProductFilter asked, CancellationToken cancel)
    {
        (string, string?)[] finders = [("category", asked.Category?.ToString()), ("retired", asked.IncludeRetired ? null : "")];
        var docs = await DocumentQueries.ListAsync(
            ledger, CatalogStreamDefinition.Products, asked.Page.After?[0], asked.Page.Size + 1, finders, IdentifierJson(asked.Identifier), cancel);
        var products = docs.Take(asked.Page.Size).Select(doc => CatalogWire.ToWire(Deserialize(doc)));

        var response = new Wire.ListProductsResponse();
        response.Products.AddRange(products);
        if (docs.Count > asked.Page.Size)
            response.NextPageToken = Paging.CreateToken(asked.TokenScope, response.Products[^1].ProductId);
        return response;
    }

    /// <summary>What the document of a product with a code has in it; codes are digits and hyphens, so that JSON writes them as they are.</summary>
    private static string IdentifierJson(string code) => code.Length == 0 ? "" : $"\"value\":\"{code}\"";

    private static CatalogEntry Deserialize(string doc) => JsonSerializer.Deserialize(doc, CatalogJson.Entry)!;
}
