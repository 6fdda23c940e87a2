using System.Collections.Concurrent;

namespace Outreach.Server.Stock;

/// <summary>The grains that keep sites' stock. Their references are remembered: to make one costs more than to call it.</summary>
internal sealed class StockGrains(IGrainFactory grains)
{
    private const int MaxCached = 50_000;

    private readonly ConcurrentDictionary<string, IStockGrain> references = new(StringComparer.Ordinal);

    /// <summary>The keeper of a site, or of an id that no site has.</summary>
    public IStockGrain Get(string site)
    {
        if (references.TryGetValue(site, out var keeper))
            return keeper;

        if (references.Count >= MaxCached)
            references.Clear();
        return references[site] = grains.GetGrain<IStockGrain>(site);
    }
}
