using System.Runtime.CompilerServices;
using System.Threading.Channels;
using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>One site that is watched: reads each fact once for all its watchers, and tells each of them every movement, in order.</summary>
/// <remarks>
/// What a watcher has not taken yet waits in a queue of its own, of at most <see cref="MaxQueued"/> responses. One that
/// is slower is let go with RESOURCE_EXHAUSTED: it comes again with the last version that it saw and misses nothing.
/// </remarks>
internal sealed class SiteStockTopic(string site, ILedger ledger, StockStreamDefinition definition, ISiteCache sites, IClock clock) : IDisposable
{
    private const int MaxQueued = 256;
    private const int MaxMovements = 500;

    /// <summary>Commits within this time after one that was told are told together.</summary>
    private static readonly TimeSpan CoalescingDelay = TimeSpan.FromMilliseconds(40);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<Channel<Wire.WatchStockResponse>> watchers = [];
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StockState state = StockState.Empty;
    private long version;
    private long committed;
    private TaskCompletionSource changed = NewSignal();
    private Task? running;
    private Exception? failure;

    /// <summary>Whether it can be followed no longer: whoever comes needs another.</summary>
    public bool Ended => Volatile.Read(ref failure) is not null;

    /// <summary>How many watch or are about to. Read and changed only by the keeper of all watches.</summary>
    public int WatcherCount { get; set; }

    /// <summary>A commit holds versions of this site up to one.</summary>
    public void OnCommit(long lastVersion)
    {
        lock (gate)
        {
            committed = Math.Max(committed, lastVersion);
            changed.TrySetResult();
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

        await started.Task.WaitAsync(cancel);
        var channel = Channel.CreateBounded<Wire.WatchStockResponse>(
            new BoundedChannelOptions(MaxQueued) { SingleReader = true, SingleWriter = true });
        lock (gate)
        {
            if (failure is not null)
                channel.Writer.TryComplete(failure);
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
    public async Task<Wire.WatchStockResponse> GetFirstStateAsync(long at, StockState held, CancellationToken cancel)
    {
        var today = await GetTodayAsync(cancel);
        var response = new Wire.WatchStockResponse { Version = at, IsSnapshot = true };
        foreach (var (product, shelf) in held.Shelves)
            response.Products.Add(StockWire.ToWire(product, shelf, today));
        return response;
    }

    /// <summary>What moved in a span of versions, both inclusive, with the products that moved as they are in a state.</summary>
    public async IAsyncEnumerable<Wire.WatchStockResponse> ReadMissedAsync(
        long from, long to, StockState now, [EnumeratorCancellation] CancellationToken cancel)
    {
        var batch = new StockChangeBatch(await GetTodayAsync(cancel));
        await foreach (var recorded in ledger.ReadAsync(definition, site, from, to, cancel))
        {
            if (batch.Add(recorded) >= MaxMovements)
                yield return batch.Flush(now);
        }

        if (batch.HasChanges)
            yield return batch.Flush(now);
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
            var held = await ShelfQueries.ReadAsync(ledger, definition, site, null, cancel);
            lock (gate)
            {
                state = StockState.Empty with { Shelves = state.Shelves.SetItems(held.Shelves) };
                version = held.Version;
            }

            started.TrySetResult();
            while (true)
            {
                await WaitForChange().WaitAsync(cancel);
                await PublishPendingAsync(cancel);
                await Task.Delay(CoalescingDelay, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Fail(new OperationCanceledException());
        }
        catch (Exception failed)
        {
            Fail(failed);
        }
    }

    private Task WaitForChange()
    {
        lock (gate)
        {
            if (committed > version)
                return Task.CompletedTask;
            changed = NewSignal();
            return changed.Task;
        }
    }

    private async Task PublishPendingAsync(CancellationToken cancel)
    {
        var (upTo, next) = (Volatile.Read(ref committed), state);
        var batch = new StockChangeBatch(await GetTodayAsync(cancel));
        await foreach (var recorded in ledger.ReadAsync(definition, site, version + 1, upTo, cancel))
        {
            next = next.Apply(recorded.Fact, recorded.RecordedAt);
            if (batch.Add(recorded) >= MaxMovements)
                Publish(batch.Flush(next), recorded.Version, next);
        }

        Publish(batch.HasChanges ? batch.Flush(next) : null, upTo, next);
    }

    /// <summary>Tells all watchers, and those who join from now on begin after it.</summary>
    private void Publish(Wire.WatchStockResponse? response, long at, StockState next)
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

                watchers[i].Writer.TryComplete(new RefusedException(Refusal.LimitExceeded(
                    "WATCH_TOO_SLOW", $"More than {MaxQueued} changes wait to be taken. Come again with the last version that was seen.")));
                watchers.RemoveAt(i);
            }
        }
    }

    private void Fail(Exception failed)
    {
        started.TrySetException(failed);
        lock (gate)
        {
            failure = failed;
            foreach (var watcher in watchers)
                watcher.Writer.TryComplete(failed);
            watchers.Clear();
        }
    }

    private async Task<LocalDate> GetTodayAsync(CancellationToken cancel)
    {
        var zone = await sites.FindAsync(site, cancel) is { } known ? DateTimeZoneProviders.Tzdb[known.TimeZone] : DateTimeZone.Utc;
        return clock.GetCurrentInstant().InZone(zone).Date;
    }
}
