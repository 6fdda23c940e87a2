using System.Threading.Channels;

namespace Outreach.Server.Ledger;

/// <summary>
/// Moves the tail into the index in the background, in batches sorted in index order, so that commits do not pay for the
/// index and each batch changes few pages of it.
/// </summary>
internal sealed class Indexer(IStore store, GroupCommitWriter writer, UnindexedTail tail, LedgerOptions options, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan MaxWriterWait = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly object gate = new();
    private readonly CancellationTokenSource stopping = new();
    private Task indexing = Task.CompletedTask;
    private long watermark;

    /// <summary>The position up to which commits are indexed.</summary>
    public long Watermark => Volatile.Read(ref watermark);

    public void Start(long from)
    {
        watermark = from;
        tail.Reset(from);
        indexing = RunAsync();
    }

    /// <summary>Records that everything up to a position is indexed.</summary>
    public void AdvanceTo(long position)
    {
        lock (gate)
        {
            watermark = Math.Max(watermark, position);
            tail.Trim(position);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// Reports that the tail has grown. Called on the writer's thread, which waits here while the index is too far behind,
    /// unless the index is itself written on that thread.
    /// </summary>
    public void Signal()
    {
        if (tail.Weight < options.IndexBatchSize)
            return;
        signals.Writer.TryWrite(true);
        lock (gate)
        {
            if (store.IsShared && tail.Weight >= options.MaxIndexLag)
                Monitor.Wait(gate, MaxWriterWait);
        }
    }

    /// <summary>Indexes everything that is in the tail now.</summary>
    public async Task DrainAsync()
    {
        while (tail.GetView() is { Directories.Count: > 0 } view)
            await IndexBatchAsync(view);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await indexing;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
            try
            {
                await signals.Reader.ReadAsync(stopping.Token);
                while (tail.Weight >= options.IndexBatchSize)
                    await IndexBatchAsync(tail.GetView());
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // If this loop ended, commits would wait indefinitely for an index that is no longer written.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogWarning(e, "The index could not be written; the next commit tries again");
            }
    }

    private async Task IndexBatchAsync(TailSnapshot view)
    {
        var batch = TakeBatch(view.Directories);
        if (batch.Count == 0)
            return; // Another process has already indexed it.
        if (await writer.RunWriteAsync(() => store.Index(view.Watermark, batch)))
            AdvanceTo(batch[^1].Position);
        else
            await RefreshWatermarkAsync();
    }

    /// <summary>Reads the watermark that another process has moved.</summary>
    private async Task RefreshWatermarkAsync()
    {
        await using var reader = await LedgerReader.OpenAsync(store, stopping.Token);
        AdvanceTo(await reader.GetWatermarkAsync(stopping.Token));
    }

    private List<SegmentDirectory> TakeBatch(IReadOnlyList<SegmentDirectory> directories)
    {
        var batch = new List<SegmentDirectory>();
        for (var (i, weight) = (0, 0); i < directories.Count && weight < options.IndexBatchSize; i++)
        {
            batch.Add(directories[i]);
            weight += directories[i].KeyCount + directories[i].Entries.Count;
        }
        return batch;
    }
}
