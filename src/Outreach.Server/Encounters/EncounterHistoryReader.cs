using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>Reads facts of a site's stream by what they are about.</summary>
internal static class EncounterHistoryReader
{
    /// <summary>What a site knows of an encounter, as far as it is committed.</summary>
    public static async Task<EncounterHistory> ReadHistoryAsync(
        this ILedger ledger, StockStreamDefinition family, string site, Guid encounter, long toVersion, CancellationToken cancel)
    {
        var histories = await ledger.ReadHistoriesAsync(family, site, [encounter], toVersion, cancel);
        return histories.GetValueOrDefault(encounter, EncounterHistory.Empty);
    }

    /// <summary>The same of several, by id; one that nothing is known of is absent.</summary>
    public static async Task<Dictionary<Guid, EncounterHistory>> ReadHistoriesAsync(
        this ILedger ledger, StockStreamDefinition family, string site, IReadOnlyCollection<Guid> encounters, long toVersion, CancellationToken cancel)
    {
        var found = await ledger.FindVersionsAsync(StockStreamDefinition.GetStreamName(site), encounters, cancel);
        var histories = new Dictionary<Guid, EncounterHistory>();
        foreach (var (from, to) in ToRanges(found.Values.SelectMany(versions => versions)))
        {
            await foreach (var recorded in ledger.ReadAsync(family, site, from, to, cancel))
            {
                if (recorded.Version <= toVersion && IdempotencyKeys.From(recorded.Fact).Encounter is { } id && found.ContainsKey(id))
                    histories[id] = histories.GetValueOrDefault(id, EncounterHistory.Empty)
                        .Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);
            }
        }

        return histories;
    }

    /// <summary>Versions as spans of those that follow one another, upwards.</summary>
    public static IEnumerable<(long From, long To)> ToRanges(IEnumerable<long> versions)
    {
        (long From, long To)? span = null;
        foreach (var version in versions.Distinct().Order())
        {
            if (span is { } open && open.To + 1 == version)
            {
                span = (open.From, version);
                continue;
            }

            if (span is { } done)
                yield return done;
            span = (version, version);
        }

        if (span is { } last)
            yield return last;
    }
}
