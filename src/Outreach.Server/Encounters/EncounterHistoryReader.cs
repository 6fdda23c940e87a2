using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>Reads the histories of encounters from the durable events of a site's stream.</summary>
internal static class EncounterHistoryReader
{
    /// <summary>The history of an encounter; empty if it has no events.</summary>
    /// <param name="toVersion">The last version to read.</param>
    public static async Task<EncounterHistory> ReadHistoryAsync(
        this ILedger ledger, StreamDefinition<StockState, StockEvent> definition, string streamId, Guid encounter, long toVersion, CancellationToken cancel)
    {
        var histories = await ledger.ReadHistoriesAsync(definition, streamId, [encounter], toVersion, cancel);
        return histories.GetValueOrDefault(encounter, EncounterHistory.Empty);
    }

    /// <summary>The histories of several encounters, by id; those without events are absent.</summary>
    public static async Task<Dictionary<Guid, EncounterHistory>> ReadHistoriesAsync(
        this ILedger ledger,
        StreamDefinition<StockState, StockEvent> definition,
        string streamId,
        IReadOnlyCollection<Guid> encounters,
        long toVersion,
        CancellationToken cancel)
    {
        var found = await ledger.FindVersionsAsync(StockStreamDefinition.GetStreamName(streamId), encounters, cancel);
        var versions = found.Values.SelectMany(versions => versions).Where(version => version <= toVersion);
        var histories = new Dictionary<Guid, EncounterHistory>();
        await foreach (var recorded in ledger.ReadVersionsAsync(definition, streamId, versions, cancel))
        {
            if (recorded.Fact is EncounterEvent fact && fact.GetIdempotencyKeys().Record is { } id && found.ContainsKey(id))
                histories[id] = fact.ApplyTo(histories.GetValueOrDefault(id, EncounterHistory.Empty), recorded.Version, recorded.RecordedAt);
        }

        return histories;
    }
}
