using System.Runtime.CompilerServices;
using Outreach.Server.Ledger;

namespace Outreach.Server.Recording;

/// <summary>Reads recorded events by version, and in reverse order.</summary>
internal static class RecordedFactQueries
{
    /// <summary>The events of a stream with the given versions, in order. Consecutive versions are read together.</summary>
    public static async IAsyncEnumerable<RecordedFact<TFact>> ReadVersionsAsync<TState, TFact>(
        this ILedger ledger,
        StreamDefinition<TState, TFact> definition,
        string id,
        IEnumerable<long> versions,
        [EnumeratorCancellation] CancellationToken cancel = default)
        where TState : class
        where TFact : class
    {
        foreach (var (from, to) in ToRanges(versions))
        {
            await foreach (var recorded in ledger.ReadAsync(definition, id, from, to, cancel))
                yield return recorded;
        }
    }

    /// <summary>The events of a run, latest first.</summary>
    public static IEnumerable<RecordedFact<TFact>> LatestFirst<TFact>(IReadOnlyList<RecordedFact<TFact>> run)
    {
        var ascending = run.Count < 2 || run[0].Version < run[^1].Version;
        for (var i = 0; i < run.Count; i++)
            yield return run[ascending ? run.Count - 1 - i : i];
    }

    /// <summary>Consecutive versions as ranges, both ends inclusive, in order.</summary>
    private static IEnumerable<(long From, long To)> ToRanges(IEnumerable<long> versions)
    {
        (long From, long To)? range = null;
        foreach (var version in versions.Distinct().Order())
        {
            if (range is { } open && open.To + 1 == version)
            {
                range = (open.From, version);
                continue;
            }

            if (range is { } done)
                yield return done;
            range = (version, version);
        }

        if (range is { } last)
            yield return last;
    }
}
