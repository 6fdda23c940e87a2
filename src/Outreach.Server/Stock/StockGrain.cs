using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Sites;

namespace Outreach.Server.Stock;

/// <summary>Records received stock and settles shortfalls. The derived class records encounters in the same stream.</summary>
internal abstract class StockGrain(ILedger ledger, StockStreamDefinition definition, ISiteCache sites, IProductCache products, IClock clock)
    : RecordingGrain<StockState, StockEvent>(ledger, definition, clock), IStockGrain
{
    protected ISiteCache Sites => sites;

    protected IProductCache Products => products;

    public Task<Result<ReceiptResult>> ReceiveAsync(Receipt receipt) =>
        RecordAsync(receipt.RequestId, receipt.Content, receipt.Product, (site, product, now) =>
            StockRules.Receive(State, receipt, product, DateTimeZoneProviders.Tzdb[site.TimeZone], now));

    public async Task<Result<ReceiptResult>> FindReceiptAsync(Guid requestId, ContentHash content) =>
        await FindAnswerAsync(requestId, content, ToResult)
            ?? Refusal.NotFound("RECEIPT_NOT_FOUND", $"No request {requestId} was recorded at site '{StreamId}'.");

    public Task<Result<ReceiptResult>> SettleAsync(Settlement settlement) =>
        RecordAsync(settlement.RequestId, settlement.Content, settlement.Product, (_, _, now) => StockRules.Settle(State, settlement, now));

    public Task ExpireAsync(StockEvent.LotExpired lot) => AppendAsync(StockRules.Expire(State, lot).Facts);

    private async Task<Result<ReceiptResult>> RecordAsync(
        Guid requestId, ContentHash content, ProductId productId, Func<Site, Product, Instant, Decision<StockEvent>> decide)
    {
        var site = await sites.FindAsync(StreamId, default);
        var product = await products.FindAsync(productId.Value, default);
        return await RecordOnceAsync(requestId, content, Decide, ToResult);

        Decision<StockEvent> Decide(Instant now)
        {
            if (site is null)
                return SiteRules.Unknown(new SiteId(StreamId));
            return product is null ? Refusal.NotFound("PRODUCT_NOT_FOUND", $"No product has the id '{productId}'.") : decide(site, product, now);
        }
    }

    /// <summary>The result of the request that caused an event; null if it was neither a receipt nor a settlement.</summary>
    private static ReceiptResult? ToResult(RecordedFact<StockEvent> recorded) => recorded.Fact switch
    {
        StockEvent.StockReceived received => new ReceiptResult(recorded.Version, recorded.RecordedAt, received.After!),
        StockEvent.ShortfallSettled settled => new ReceiptResult(recorded.Version, recorded.RecordedAt, settled.After!),
        _ => null,
    };
}
