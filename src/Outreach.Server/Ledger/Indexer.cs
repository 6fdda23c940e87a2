using System.Threading.Channels;

namespace Outreach.Server.Ledger;

/// <summary>
/// Moves the tail into the index behind the writer's back, in pieces that are sorted as the index is, so that known ids
/// cost the commit nothing and the index few pages.
/// </summary>
internal sealed class Indexer(IStore store, GroupCommitWriter writer, UnindexedTail tail, LedgerOptions options, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan MaxWriterWait = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly object gate = new();
    private readonly CancellationTokenSource stopping = new();
    private Task indexing = Task.CompletedTask;
    private long watermark;

    /// <summary>The last position that the index holds.</summary>
    public long Watermark => Volatile.Read(ref watermark);

    public void Start(long from)
    {
        watermark = from;
        tail.Reset(from);
        indexing = RunAsync();
    }

    /// <summary>The index holds everything up to a position.</summary>
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
    /// There is more in the tail. By the writer's thread, which is held back while the index is too far behind; not where
    /// the index waits for that very thread, because there they take turns.
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

    /// <summary>Moves everything that is in the tail now.</summary>
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
#pragma warning disable CA1031 // Without it commits would wait for ever for an index that nobody writes.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogWarning(e, "The index could not be written; it is tried again after the next commit");
            }
    }

    private async Task IndexBatchAsync(TailView view)
    {
        var piece = TakeBatch(view.Directories);
        if (piece.Count == 0)
            return; // Another process was faster.
        if (await writer.RunWriteAsync(() => store.Index(view.Watermark, piece)))
            AdvanceTo(piece[^1].Position);
        else
            await RefreshWatermarkAsync();
    }

    /// <summary>Another process was first: looks how far it came.</summary>
    private async Task RefreshWatermarkAsync()
    {
        await using var reading = await LedgerReader.OpenAsync(store, stopping.Token);
        AdvanceTo(await reading.GetWatermarkAsync(stopping.Token));
    }

    private List<SegmentDirectory> TakeBatch(IReadOnlyList<SegmentDirectory> listings)
    {
        var piece = new List<SegmentDirectory>();
        for (var (i, weight) = (0, 0); i < listings.Count && weight < options.IndexBatchSize; i++)
        {
            piece.Add(listings[i]);
            weight += listings[i].KeyCount + listings[i].Entries.Count;
        }
        return piece;
    }
}
