namespace Outreach.Server.Ledger;

/// <summary>
/// Moves the tail into the index behind the writer's back, in pieces that are sorted as the index is, so that known ids
/// cost the commit nothing and the index few pages.
/// </summary>
internal sealed class Indexer(IStore store, Writer writer, Tail tail, LedgerOptions options, ILogger log) : IAsyncDisposable
{
    private readonly SemaphoreSlim nudged = new(0, 1);
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

    /// <summary>There is more in the tail.</summary>
    public void Nudge()
    {
        if (tail.Weight >= options.IndexStep && nudged.CurrentCount == 0)
            nudged.Release();
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
        nudged.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!ending.IsCancellationRequested)
            try
            {
                await nudged.WaitAsync(ending.Token);
                while (tail.Weight >= options.IndexStep)
                    await StepAsync(tail.View());
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException e)
            {
                log.LogWarning(e, "The index could not be written; it is tried again after the next commit");
            }
    }

    private async Task StepAsync(TailView view)
    {
        var piece = Piece(view.Listings);
        if (!await writer.RunAsync(() => store.Index(view.After, piece)))
            return;
        Volatile.Write(ref watermark, piece[^1].Position);
        tail.Trim(piece[^1].Position);
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
