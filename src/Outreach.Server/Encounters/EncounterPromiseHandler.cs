using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>Handles the promises of sites' streams, about held records and stock.</summary>
internal sealed class EncounterPromiseHandler(IGrainFactory grains) : StockPromiseHandler(grains)
{
    public override Task HandleAsync(string id, string kind, string key, CancellationToken cancel) => kind == EncounterProjection.HandOverPromise
        ? Grains.GetGrain<IEncounterGrain>(id).ResumeHandOverAsync(Guid.Parse(key))
        : base.HandleAsync(id, kind, key, cancel);
}
