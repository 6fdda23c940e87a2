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

/// <summary>The watchers of one site: reads each event once, and sends every movement to each watcher, in order.</summary>
/// <remarks>
/// Each watcher has its own queue of at most <see cref="MaxQueued"/> responses. A watcher that is too slow is ended with
/// RESOURCE_EXHAUSTED: it can watch again from the last version that it received and misses nothing.
/// </remarks>
internal sealed class SiteStockTopic(string site, ILedger ledger, StockStreamDefinition definition, ISiteCache sites, IClock clock) : IDisposable
{
    private const int MaxQueued = 256;
    private const int MaxMovements = 500;

    /// <summary>The shortest time between two responses. Commits within it are combined.</summary>
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

    /// <summary>True if the topic has ended; new watchers need another one.</summary>
    public bool Ended => Volatile.Read(ref failure) is not null;

    /// <summary>The number of current and joining watchers. Only <see cref="StockHub"/> reads and changes it.</summary>
    public int WatcherCount { get; set; }

    /// <summary>Reports that a commit has versions of this site up to the given one.</summary>
    public void OnCommit(long lastVersion)
    {
        lock (gate)
        {
            committed = Math.Max(committed, lastVersion);
            changed.TrySetResult();
        }
    }

    /// <summary>Adds a watcher: from now on every response is written to its channel.</summary>
    /// <returns>The version and the shelves after which the responses begin.</returns>
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

    /// <summary>Removes a watcher and drops its queued responses.</summary>
    public void Leave(Channel<Wire.WatchStockResponse> channel)
    {
        lock (gate)
        {
            watchers.Remove(channel);
        }
    }

    /// <summary>A response with the complete stock.</summary>
    public async Task<Wire.WatchStockResponse> GetFirstStateAsync(long at, StockState held, CancellationToken cancel)
    {
        var today = await GetTodayAsync(cancel);
        var response = new Wire.WatchStockResponse { Version = at, IsSnapshot = true };
        foreach (var (product, shelf) in held.Shelves)
            response.Products.Add(StockWire.ToWire(product, shelf, today));
        return response;
    }

    /// <summary>A response with the movements of a range of versions, both inclusive, and the current shelves of the products that moved.</summary>
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

    /// <summary>Sends a response to all watchers. Watchers that join later begin after it.</summary>
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
                    "WATCH_TOO_SLOW", $"More than {MaxQueued} changes are waiting to be read. Watch again from the last version that you received.")));
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
        var zone = await sites.FindAsync(site, cancel) is { } settings ? DateTimeZoneProviders.Tzdb[settings.TimeZone] : DateTimeZone.Utc;
        return clock.GetCurrentInstant().InZone(zone).Date;
    }
}
