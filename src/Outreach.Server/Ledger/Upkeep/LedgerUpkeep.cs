using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Verifies, rebuilds and exports a ledger, and reports progress.</summary>
internal sealed class LedgerUpkeep(StoredLedger ledger) : ILedgerUpkeep
{
    /// <summary>Events between two progress reports.</summary>
    private const int ProgressInterval = 10_000;

    public async IAsyncEnumerable<VerifyProgress> VerifyAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var reader = await LedgerReader.OpenAsync(ledger.Store, cancel);
        var total = await reader.CountFactsAsync(cancel);
        var steps = Channel.CreateBounded<VerifyProgress>(1_000);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reached = 0L;
        void Write(VerifyProgress step) => steps.Writer.WriteAsync(step, stopping.Token).AsTask().GetAwaiter().GetResult();
        var verifier = new LedgerVerifier(
            reader, ledger.Views, ledger.StreamDefinitions, ledger.Options.DataFolder,
            finding => Write(new VerifyProgress(reached, total, finding)),
            facts => reached = ReportEvery(reached, facts, f => Write(new VerifyProgress(f, total, null))));
        var running = RunAsync(() => verifier.RunAsync(stopping.Token), steps.Writer);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancel))
                yield return step;
            yield return new VerifyProgress(total, total, null);
        }
        finally
        {
            await stopping.CancelAsync();
            await running;
        }
    }

    public async IAsyncEnumerable<RebuildProgress> RebuildAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var steps = Channel.CreateUnbounded<RebuildProgress>();
        var reached = 0L;
        void Report(RebuildProgress step)
        {
            reached = ReportEvery(reached, step.FactsReplayed, _ => steps.Writer.TryWrite(step));
            if (step.FactsReplayed == step.FactsTotal)
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
            // The rebuild continues if the caller stops reading.
            await running;
        }
    }

    public async IAsyncEnumerable<StoredFact> ExportAsync(ExportPosition after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (position, skip) = (after.Position, after.FactOffset);
        // Later commits are left to the next export; otherwise this one might never end.
        var last = await GetPositionAsync(cancel);
        while (await ReadSegmentsAsync(position, last, cancel) is { Count: > 0 } page)
            foreach (var segment in page)
            {
                foreach (var fact in ReadFacts(segment).Skip(skip))
                    yield return fact;
                (skip, position) = (0, segment.Directory.Position);
            }
    }

    /// <summary>Reads a few segments and closes the transaction, because a slow reader must not hold up the store's cleanup.</summary>
    private async Task<List<Segment>> ReadSegmentsAsync(long after, long upTo, CancellationToken cancel)
    {
        await using var reader = await LedgerReader.OpenAsync(ledger.Store, cancel);
        return await reader.ReadSegmentsAboveAsync(after, upTo, cancel);
    }

    private async Task<long> GetPositionAsync(CancellationToken cancel)
    {
        await using var reader = await LedgerReader.OpenAsync(ledger.Store, cancel);
        return await reader.GetPositionAsync(cancel);
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

    private static long ReportEvery(long before, long now, Action<long> report)
    {
        if (now / ProgressInterval == before / ProgressInterval)
            return before;
        report(now);
        return now;
    }

    /// <summary>Runs work on another thread, and completes the channel when it ends or fails.</summary>
    private static Task RunAsync<T>(Func<Task> work, ChannelWriter<T> steps) => Task.Run(async () =>
    {
        try
        {
            await work();
            steps.Complete();
        }
#pragma warning disable CA1031 // The reader of the channel gets the exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            steps.TryComplete(e);
        }
    });
}
