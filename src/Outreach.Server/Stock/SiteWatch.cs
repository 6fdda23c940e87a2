using System.Runtime.CompilerServices;
using System.Threading.Channels;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>One site that is watched: reads each fact once for all its watchers, and tells each of them every movement, in order.</summary>
/// <remarks>
/// What a watcher has not taken yet waits in a queue of its own, of at most <see cref="MostWaiting"/> responses. One that
/// is slower is let go with RESOURCE_EXHAUSTED: it comes again with the last version that it saw and misses nothing.
/// </remarks>
internal sealed class SiteWatch(string site, ILedger ledger, StockFamily family, ISiteBook sites, IClock clock) : IDisposable
{
    private const int MostWaiting = 256;
    private const int MostMovements = 500;

    /// <summary>Commits within this time after one that was told are told together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(40);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<Channel<Wire.WatchStockResponse>> watchers = [];
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StockState state = StockState.Empty;
    private long version;
    private long committed;
    private TaskCompletionSource more = NewSignal();
    private Task? running;
    private Exception? ended;

    /// <summary>Whether it can be followed no longer: whoever comes needs another.</summary>
    public bool Ended => Volatile.Read(ref ended) is not null;

    /// <summary>How many watch or are about to. Read and changed only by the keeper of all watches.</summary>
    public int Users { get; set; }

    /// <summary>A commit holds versions of this site up to one.</summary>
    public void Notice(long lastVersion)
    {
        lock (gate)
        {
            committed = Math.Max(committed, lastVersion);
            more.TrySetResult();
        }
    }

    /// <summary>Joins: from here on every response comes through the channel.</summary>
    /// <returns>The version and the shelves that what follows begins after.</returns>
    public async Task<(long Version, StockState State, Channel<Wire.WatchStockResponse> Channel)> JoinAsync(CancellationToken cancel)
    {
        lock (gate)
        {
            running ??= RunAsync();
        }

        await begun.Task.WaitAsync(cancel);
        var channel = Channel.CreateBounded<Wire.WatchStockResponse>(
            new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });
        lock (gate)
        {
            if (ended is not null)
                channel.Writer.TryComplete(ended);
            watchers.Add(channel);
            return (version, state, channel);
        }
    }

    /// <summary>Leaves. What still waits is dropped.</summary>
    public void Leave(Channel<Wire.WatchStockResponse> channel)
    {
        lock (gate)
        {
            watchers.Remove(channel);
        }
    }

    /// <summary>All that is held.</summary>
    public async Task<Wire.WatchStockResponse> FirstStateAsync(long at, StockState held, CancellationToken cancel)
    {
        var today = await TodayAsync(cancel);
        var response = new Wire.WatchStockResponse { Version = at, FirstState = true };
        foreach (var (product, shelf) in held.Shelves)
            response.Products.Add(StockWriter.Product(product, shelf, today));
        return response;
    }

    /// <summary>What moved in a span of versions, both inclusive, with the products that moved as they are in a state.</summary>
    public async IAsyncEnumerable<Wire.WatchStockResponse> MissedAsync(
        long from, long to, StockState now, [EnumeratorCancellation] CancellationToken cancel)
    {
        var telling = new Telling(site, await TodayAsync(cancel));
        await foreach (var recorded in ledger.ReadAsync(family, site, from, to, cancel))
        {
            if (telling.Add(recorded) >= MostMovements)
                yield return telling.Take(now);
        }

        if (telling.Any)
            yield return telling.Take(now);
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        await Task.Yield();
        var cancel = stop.Token;
        try
        {
            var held = await ShelfView.ReadAsync(ledger, family, site, null, cancel);
            lock (gate)
            {
                state = StockState.Empty with { Shelves = state.Shelves.SetItems(held.Shelves) };
                version = held.Version;
            }

            begun.TrySetResult();
            while (true)
            {
                await AwaitMore().WaitAsync(cancel);
                await TellAsync(cancel);
                await Task.Delay(Gathering, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            End(new OperationCanceledException());
        }
        catch (Exception failed)
        {
            End(failed);
        }
    }

    private Task AwaitMore()
    {
        lock (gate)
        {
            if (committed > version)
                return Task.CompletedTask;
            more = NewSignal();
            return more.Task;
        }
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        var (upTo, next) = (Volatile.Read(ref committed), state);
        var telling = new Telling(site, await TodayAsync(cancel));
        await foreach (var recorded in ledger.ReadAsync(family, site, version + 1, upTo, cancel))
        {
            next = next.Apply(recorded.Fact, recorded.RecordedAt);
            if (telling.Add(recorded) >= MostMovements)
                Tell(telling.Take(next), recorded.Version, next);
        }

        Tell(telling.Any ? telling.Take(next) : null, upTo, next);
    }

    /// <summary>Tells all watchers, and those who join from now on begin after it.</summary>
    private void Tell(Wire.WatchStockResponse? response, long at, StockState next)
    {
        lock (gate)
        {
            (version, state) = (at, next);
            if (response is null)
                return;

            for (var i = watchers.Count - 1; i >= 0; i--)
            {
                if (watchers[i].Writer.TryWrite(response))
                    continue;

                watchers[i].Writer.TryComplete(new RefusedException(Refusal.Limit(
                    "WATCH_TOO_SLOW", $"More than {MostWaiting} changes wait to be taken. Come again with the last version that was seen.")));
                watchers.RemoveAt(i);
            }
        }
    }

    private void End(Exception failed)
    {
        begun.TrySetException(failed);
        lock (gate)
        {
            ended = failed;
            foreach (var watcher in watchers)
                watcher.Writer.TryComplete(failed);
            watchers.Clear();
        }
    }

    private async Task<LocalDate> TodayAsync(CancellationToken cancel)
    {
        var zone = await sites.FindAsync(site, cancel) is { } known ? DateTimeZoneProviders.Tzdb[known.TimeZone] : DateTimeZone.Utc;
        return clock.GetCurrentInstant().InZone(zone).Date;
    }
}
