using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Runs checks and rebuilds of a ledger and tells how far they are.</summary>
internal sealed class LedgerUpkeep(StoredLedger ledger) : ILedgerUpkeep
{
    /// <summary>Facts between two words of progress.</summary>
    private const int ProgressEvery = 10_000;

    public async IAsyncEnumerable<VerifyStep> VerifyAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var reading = await Reading.OpenAsync(ledger.Store, cancel);
        var total = await reading.FactsAsync(cancel);
        var steps = Channel.CreateBounded<VerifyStep>(1_000);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reached = 0L;
        void Tell(VerifyStep step) => steps.Writer.WriteAsync(step, ending.Token).AsTask().GetAwaiter().GetResult();
        var check = new Verify(
            reading, ledger.Views, ledger.Families, ledger.Options.DataFolder,
            wrong => Tell(new VerifyStep(reached, total, wrong)),
            facts => reached = Every(reached, facts, f => Tell(new VerifyStep(f, total, null))));
        var running = RunAsync(() => check.RunAsync(ending.Token), steps.Writer);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancel))
                yield return step;
            yield return new VerifyStep(total, total, null);
        }
        finally
        {
            await ending.CancelAsync();
            await running;
        }
    }

    public async IAsyncEnumerable<RebuildStep> RebuildAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var total = await FactsAsync(cancel);
        var steps = Channel.CreateUnbounded<RebuildStep>();
        var running = RunAsync(() => ledger.RebuildAsync(facts => steps.Writer.TryWrite(new RebuildStep(facts, Math.Max(facts, total)))), steps.Writer);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancel))
                yield return step;
        }
        finally
        {
            // It is not over because nobody listens any more.
            await running;
        }
    }

    public async IAsyncEnumerable<StoredFact> ExportAsync(ExportPosition after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (position, skip) = (after.Position, after.Facts);
        // What is committed meanwhile is left to the next export: otherwise one might never end.
        var last = await PositionAsync(cancel);
        while (await SegmentsAsync(position, last, cancel) is { Count: > 0 } page)
            foreach (var segment in page)
            {
                foreach (var fact in FactsOf(segment).Skip(skip))
                    yield return fact;
                (skip, position) = (0, segment.Listing.Position);
            }
    }

    /// <summary>A few segments, read at once and let go: whoever exports may be slow, and must not keep the store from tidying up.</summary>
    private async Task<List<Segment>> SegmentsAsync(long after, long upTo, CancellationToken cancel)
    {
        await using var reading = await Reading.OpenAsync(ledger.Store, cancel);
        return await reading.SegmentsAboveAsync(after, upTo, cancel);
    }

    private async Task<long> PositionAsync(CancellationToken cancel)
    {
        await using var reading = await Reading.OpenAsync(ledger.Store, cancel);
        return await reading.PositionAsync(cancel);
    }

    private static IEnumerable<StoredFact> FactsOf(Segment segment)
    {
        var number = 0;
        var total = segment.Listing.Entries.Sum(e => e.Count);
        foreach (var entry in segment.Listing.Entries)
        {
            var run = segment.RunOf(entry);
            using var facts = JsonDocument.Parse(run.Payload);
            var version = entry.FirstVersion;
            foreach (var fact in facts.RootElement.EnumerateArray())
            {
                number++;
                var next = number == total ? new ExportPosition(segment.Listing.Position, 0) : new ExportPosition(segment.Listing.Position - 1, number);
                yield return new StoredFact(entry.Stream, version++, run.RecordedAt, KindOf(fact), fact.GetRawText(), next);
            }
        }
    }

    private static string KindOf(JsonElement fact) =>
        fact.ValueKind == JsonValueKind.Object && fact.TryGetProperty("kind", out var kind) ? kind.GetString() ?? "" : "";

    private static long Every(long before, long now, Action<long> tell)
    {
        if (now / ProgressEvery == before / ProgressEvery)
            return before;
        tell(now);
        return now;
    }

    /// <summary>Runs something away from the caller, and ends the channel with it, whichever way.</summary>
    private static Task RunAsync<T>(Func<Task> work, ChannelWriter<T> steps) => Task.Run(async () =>
    {
        try
        {
            await work();
            steps.Complete();
        }
#pragma warning disable CA1031 // Whoever reads the channel gets it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            steps.TryComplete(e);
        }
    });

    private async Task<long> FactsAsync(CancellationToken cancel)
    {
        await using var reading = await Reading.OpenAsync(ledger.Store, cancel);
        return await reading.FactsAsync(cancel);
    }
}
