using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>Keeps what sites promised: to notice when a lot's last day has passed, and to end a hand-over that was begun.</summary>
internal sealed class StockPromises(IGrainFactory grains) : IPromiseKeeper
{
    public string Family => "stock";

    public Task WakeAsync(string id, string kind, string key, CancellationToken cancel) => kind switch
    {
        StockFamily.LotExpiry => grains.GetGrain<IStockGrain>(id).ExpireAsync(StockFamily.LotOf(key)),
        StockFamily.HandOver => grains.GetGrain<IStockGrain>(id).ResumeHandOverAsync(Guid.Parse(key)),
        _ => throw new ArgumentException($"Stock promises no '{kind}'.", nameof(kind)),
    };
}
