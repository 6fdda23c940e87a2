using Outreach.Protocol.Catalog.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Creates products, one call each.</summary>
public sealed class ProductSender(CatalogService.CatalogServiceClient catalog)
{
    /// <summary>Creates the product of a row.</summary>
    public Task<RowResult> SendAsync(PlannedRow<Product> row, CancellationToken cancellation) => IdempotentCreate.CreateForRowAsync(
        row, row.Record!.ProductId, () => GetAsync(row.Record.ProductId, cancellation), () => CreateAsync(row.Record, cancellation));

    private Task GetAsync(string productId, CancellationToken cancellation) =>
        catalog.GetProductAsync(new GetProductRequest { ProductId = productId }, cancellationToken: cancellation).ResponseAsync;

    private Task CreateAsync(Product product, CancellationToken cancellation) =>
        catalog.CreateProductAsync(new CreateProductRequest { Product = product }, cancellationToken: cancellation).ResponseAsync;
}
