using System.Threading.Channels;

namespace Outreach.Server.Ledger;

/// <summary>
/// Moves the tail into the index behind the writer's back, in pieces that are sorted as the index is, so that known ids
/// cost the commit nothing and the index few pages.
/// </summary>
internal sealed class Indexer(IStore store, Writer writer, Tail tail, LedgerOptions options, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly object reached = new();
    private readonly CancellationTokenSource ending = new();
    private Task work = Task.CompletedTask;
    private long watermark;

    /// <summary>The last position that the index holds.</summary>
    public long Watermark => Volatile.Read(ref watermark);

    public void Start(long from)
    {
        watermark = from;
        tail.Reset(from);
        work = WorkAsync();
    }

    /// <summary>The index holds everything up to a position.</summary>
    public void Reach(long position)
    {
        lock (reached)
        {
            watermark = Math.Max(watermark, position);
            tail.Trim(position);
            Monitor.PulseAll(reached);
        }
    }

    /// <summary>
    /// There is more in the tail. By the writer's thread, which is held back while the index is too far behind; not where
    /// the index waits for that very thread, because there they take turns.
    /// </summary>
    public void Nudge()
    {
        if (tail.Weight < options.IndexStep)
            return;
        nudges.Writer.TryWrite(true);
        lock (reached)
        {
            if (store.Shared && tail.Weight >= options.IndexLag)
                Monitor.Wait(reached, LongestHold);
        }
    }

    /// <summary>Moves everything that is in the tail now.</summary>
    public async Task DrainAsync()
    {
        while (tail.View() is { Listings.Count: > 0 } view)
            await StepAsync(view);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await work;
        ending.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!ending.IsCancellationRequested)
            try
            {
                await nudges.Reader.ReadAsync(ending.Token);
                while (tail.Weight >= options.IndexStep)
                    await StepAsync(tail.View());
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
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

    private async Task StepAsync(TailView view)
    {
        var piece = Piece(view.Listings);
        if (piece.Count == 0)
            return; // Another process was faster.
        if (await writer.RunAsideAsync(() => store.Index(view.After, piece)))
            Reach(piece[^1].Position);
        else
            await LookAsync();
    }

    /// <summary>Another process was first: looks how far it came.</summary>
    private async Task LookAsync()
    {
        await using var reading = await Reading.OpenAsync(store, ending.Token);
        Reach(await reading.WatermarkAsync(ending.Token));
    }

    private List<Listing> Piece(IReadOnlyList<Listing> listings)
    {
        var piece = new List<Listing>();
        for (var (i, weight) = (0, 0); i < listings.Count && weight < options.IndexStep; i++)
        {
            piece.Add(listings[i]);
            weight += listings[i].Keys + listings[i].Entries.Count;
        }
        return piece;
    }
}
