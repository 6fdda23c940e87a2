using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Verifies, rebuilds and exports a ledger, and reports progress.</summary>
internal sealed class LedgerUpkeep(StoredLedger ledger) : ILedgerUpkeep
{
    /// <summary>Facts between two progress reports.</summary>
    private const int ProgressInterval = 10_000;

    public async IAsyncEnumerable<VerifyProgress> VerifyAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var reading = await LedgerReader.OpenAsync(ledger.Store, cancel);
        var steps = Channel.CreateBounded<VerifyProgress>(1_000);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var (reached, total) = (0L, 0L);
        void Tell(string? finding) => steps.Writer.WriteAsync(new VerifyProgress(reached, total, finding), ending.Token).AsTask().GetAwaiter().GetResult();
        var check = new LedgerVerifier(reading, ledger.Views, ledger.StreamDefinitions, ledger.Options.DataFolder, Tell, (facts, of) =>
        {
            var tell = facts / ProgressInterval > reached / ProgressInterval;
            (reached, total) = (facts, of);
            if (tell)
                Tell(null);
        });
        var running = RunAsync(() => check.RunAsync(ending.Token), steps.Writer);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancel))
                yield return step;
            yield return new VerifyProgress(total, total, null);
        }
        finally
        {
            await ending.CancelAsync();
            await running;
        }
    }

    public async IAsyncEnumerable<RebuildProgress> RebuildAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var steps = Channel.CreateUnbounded<RebuildProgress>();
        var reached = 0L;
        void Report(RebuildProgress step)
        {
            var isDue = step.FactsReplayed / ProgressInterval > reached / ProgressInterval || step.FactsReplayed == step.FactsTotal;
            reached = step.FactsReplayed;
            if (isDue)
                steps.Writer.TryWrite(step);
        }
        var running = RunAsync(() => ledger.RebuildAsync(Report), steps.Writer);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancel))
                yield return step;
        }
        finally
        {
            // The rebuild goes on when the caller has left.
            await running;
        }
    }

    public async IAsyncEnumerable<StoredFact> ExportAsync(ExportPosition after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (position, skip) = (after.Position, after.FactOffset);
        // What is committed meanwhile is left to the next export: otherwise one might never end.
        var last = await GetPositionAsync(cancel);
        while (await ReadSegmentsAsync(position, last, cancel) is { Count: > 0 } page)
            foreach (var segment in page)
            {
                foreach (var fact in ReadFacts(segment).Skip(skip))
                    yield return fact;
                (skip, position) = (0, segment.Directory.Position);
            }
    }

    /// <summary>Reads a few segments per transaction, so that a slow export does not block the cleanup of the store.</summary>
    private async Task<List<Segment>> ReadSegmentsAsync(long after, long upTo, CancellationToken cancel)
    {
        await using var reading = await LedgerReader.OpenAsync(ledger.Store, cancel);
        return await reading.ReadSegmentsAboveAsync(after, upTo, cancel);
    }

    private async Task<long> GetPositionAsync(CancellationToken cancel)
    {
        await using var reading = await LedgerReader.OpenAsync(ledger.Store, cancel);
        return await reading.GetPositionAsync(cancel);
    }

    private static IEnumerable<StoredFact> ReadFacts(Segment segment)
    {
        var number = 0;
        var total = segment.Directory.Entries.Sum(e => e.Count);
        foreach (var entry in segment.Directory.Entries)
        {
            var run = segment.ReadRun(entry);
            using var facts = JsonDocument.Parse(run.Json);
            var version = entry.FirstVersion;
            foreach (var fact in facts.RootElement.EnumerateArray())
            {
                number++;
                var next = number == total ? new ExportPosition(segment.Directory.Position, 0) : new ExportPosition(segment.Directory.Position - 1, number);
                yield return new StoredFact(entry.Stream, version++, run.RecordedAt, GetKind(fact), fact.GetRawText(), next);
            }
        }
    }

    private static string GetKind(JsonElement fact) =>
        fact.ValueKind == JsonValueKind.Object && fact.TryGetProperty("kind", out var kind) ? kind.GetString() ?? "" : "";

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
}
