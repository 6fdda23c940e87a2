using System.Collections.Concurrent;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Server.Rpc;

namespace Outreach.Server.Encounters;

/// <summary>The grains that record encounters. References are cached, because creating one costs more than a call.</summary>
internal sealed class EncounterGrainCache(IGrainFactory grains)
{
    private const int MaxCached = 50_000;

    private readonly ConcurrentDictionary<string, IEncounterGrain> references = new(StringComparer.Ordinal);

    /// <summary>The grain of a stream.</summary>
    public IEncounterGrain Get(string streamId)
    {
        if (references.TryGetValue(streamId, out var grain))
            return grain;

        if (references.Count >= MaxCached)
            references.Clear();
        return references[streamId] = grains.GetGrain<IEncounterGrain>(streamId);
    }

    /// <summary>Records a batch and returns a result for each record, in order.</summary>
    public Task<EquatableList<RecordResult>> LogAsync(string streamId, EncounterBatch batch) =>
        GrainCalls.CallWithRetryAsync((Grain: Get(streamId), Batch: batch), static call => call.Grain.LogAsync(call.Batch));
}
