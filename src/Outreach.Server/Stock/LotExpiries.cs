using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>Notices that the last day of a lot has passed, at the start of the next in the site's time zone.</summary>
internal sealed class LotExpiries(IGrainFactory grains) : IPromiseKeeper
{
    public string Family => "stock";

    public Task WakeAsync(string id, string kind, string key, CancellationToken cancel) => kind == StockFamily.LotExpiry
        ? grains.GetGrain<IStockGrain>(id).ExpireAsync(StockFamily.LotOf(key))
        : throw new ArgumentException($"Stock promises no '{kind}'.", nameof(kind));
}
