using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>Handles the promises of sites' streams about stock.</summary>
internal class StockPromiseHandler(IGrainFactory grains) : IPromiseHandler
{
    public string Category => StockStreamDefinition.CategoryName;

    protected IGrainFactory Grains => grains;

    public virtual Task HandleAsync(string id, string kind, string key, CancellationToken cancel) => kind == LotExpiryPromise.Kind
        ? grains.GetGrain<IStockGrain>(id).ExpireAsync(LotExpiryPromise.ParseKey(key))
        : throw new ArgumentException($"There is no promise of the kind '{kind}'.", nameof(kind));
}
