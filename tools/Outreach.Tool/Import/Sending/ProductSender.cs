using Outreach.Protocol.Catalog.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Creates products, one call each.</summary>
internal sealed class ProductSender(CatalogService.CatalogServiceClient catalog, bool dryRun)
{
    /// <summary>Creates the product of a row unless it exists.</summary>
    public Task<RowResult> SendAsync(PlannedRow<Product> row, CancellationToken cancellation) => new RowSender<Product, Product>(
        product => FindAsync(product.ProductId, cancellation), Differences, product => CreateAsync(product, cancellation), dryRun)
        .SendAsync(row, row.Record!.ProductId);

    private static IReadOnlyList<string> Differences(Product row, Product existing) => Lookup.Differing(
        ("name", row.Name, existing.Name), ("category", row.Category, existing.Category), ("form", row.Form, existing.Form),
        ("strength", row.Strength, existing.Strength), ("doses_per_unit", row.DosesPerUnit, existing.DosesPerUnit),
        ("items_per_unit", Math.Max(row.ItemsPerUnit, 1), Math.Max(existing.ItemsPerUnit, 1)),
        ("unit_of_issue", row.UnitOfIssue, existing.UnitOfIssue), ("tracks_lots", row.TracksLots, existing.TracksLots),
        ("tracks_expiry", row.TracksExpiry, existing.TracksExpiry));

    private Task<Product?> FindAsync(string productId, CancellationToken cancellation) => Lookup.FindAsync(async () =>
        (await catalog.GetProductAsync(new GetProductRequest { ProductId = productId }, cancellationToken: cancellation)).Product);

    private Task CreateAsync(Product product, CancellationToken cancellation) =>
        catalog.CreateProductAsync(new CreateProductRequest { Product = product }, cancellationToken: cancellation).ResponseAsync;
}
