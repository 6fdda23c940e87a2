using Outreach.Domain.Stock;
using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>Reads facts of a site's stream by what they are about.</summary>
internal static class StockReading
{
    /// <summary>What a site knows of an encounter, as far as it is committed.</summary>
    public static async Task<EncounterHistory> HistoryAsync(
        this ILedger ledger, StockFamily family, string site, Guid encounter, long toVersion, CancellationToken cancel)
    {
        var found = await ledger.FindAsync(StockFamily.Stream(site), [encounter], cancel);
        var history = EncounterHistory.Unknown;
        if (!found.TryGetValue(encounter, out var versions))
            return history;

        foreach (var (from, to) in Spans(versions))
        {
            await foreach (var recorded in ledger.ReadAsync(family, site, from, to, cancel))
            {
                if (recorded.Version <= toVersion && RecordedIds.Of(recorded.Fact).Encounter == encounter)
                    history = history.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);
            }
        }

        return history;
    }

    /// <summary>Versions as spans of those that follow one another, upwards.</summary>
    public static IEnumerable<(long From, long To)> Spans(IEnumerable<long> versions)
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
