using Grpc.Core;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Records receipts, one call each. What a site received before is read once.</summary>
internal sealed class ReceiptSender(StockService.StockServiceClient stock, CatalogService.CatalogServiceClient catalog, bool dryRun)
{
    private const int PageSize = 1_000;

    private readonly Dictionary<string, Dictionary<string, Movement>> receiptsBySite = [];
    private readonly Dictionary<string, Product> products = [];

    /// <summary>Records the receipt of a row unless it was recorded before.</summary>
    public Task<RowResult> SendAsync(PlannedRow<ReceiveStockRequest> row, CancellationToken cancellation) =>
        new RowSender<ReceiveStockRequest, Movement>(
            receipt => FindAsync(receipt, cancellation),
            Differences,
            receipt => stock.ReceiveStockAsync(receipt, cancellationToken: cancellation).ResponseAsync,
            dryRun).SendAsync(row, row.Record!.RequestId);

    private static IReadOnlyList<string> Differences(ReceiveStockRequest row, Movement existing) => Lookup.Differing(
        ("product", row.ProductId, existing.ProductId), ("lot", row.LotNumber, existing.LotNumber), ("units", (long)row.Units, existing.Units),
        ("supplier", row.Source, existing.Note), ("time", row.OccurredAt, existing.OccurredAt));

    private async Task<Movement?> FindAsync(ReceiveStockRequest receipt, CancellationToken cancellation)
    {
        if (!receiptsBySite.TryGetValue(receipt.SiteId, out var receipts))
            receiptsBySite[receipt.SiteId] = receipts = await ReadAsync(receipt.SiteId, cancellation);
        await CheckProductAsync(receipt, cancellation);
        return receipts.GetValueOrDefault(receipt.RequestId);
    }

    // So that a dry run tells too. A product that does not exist is NOT_FOUND, which is the row's result.
    private async Task CheckProductAsync(ReceiveStockRequest receipt, CancellationToken cancellation)
    {
        if (!products.TryGetValue(receipt.ProductId, out var product))
        {
            var response = await catalog.GetProductAsync(new GetProductRequest { ProductId = receipt.ProductId }, cancellationToken: cancellation);
            products[receipt.ProductId] = product = response.Product;
        }
        if (product.TracksLots && receipt.LotNumber.Length == 0)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"The lots of '{receipt.ProductId}' are told apart, and the row names none."));
    }

    // A site that does not exist is NOT_FOUND, which is the row's result.
    private async Task<Dictionary<string, Movement>> ReadAsync(string site, CancellationToken cancellation)
    {
        var receipts = new Dictionary<string, Movement>();
        var request = new ListMovementsRequest { PageSize = PageSize, SiteId = site };
        do
        {
            var page = await stock.ListMovementsAsync(request, cancellationToken: cancellation);
            foreach (var movement in page.Movements.Where(m => m.Kind == MovementKind.Receipt))
                receipts[movement.CauseId] = movement;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return receipts;
    }
}
