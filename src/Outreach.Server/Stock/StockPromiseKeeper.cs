using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>Keeps what sites promised: to notice when a lot's last day has passed, and to end a hand-over that was begun.</summary>
internal sealed class StockPromiseKeeper(IGrainFactory grains) : IPromiseHandler
{
    public string Category => "stock";

    public Task HandleAsync(string id, string kind, string key, CancellationToken cancel) => kind switch
    {
        StockStreamDefinition.LotExpiry => grains.GetGrain<IStockGrain>(id).ExpireAsync(StockStreamDefinition.ParseLotKey(key)),
        StockStreamDefinition.HandOver => grains.GetGrain<IStockGrain>(id).ResumeHandOverAsync(Guid.Parse(key)),
        _ => throw new ArgumentException($"Stock promises no '{kind}'.", nameof(kind)),
    };
}
