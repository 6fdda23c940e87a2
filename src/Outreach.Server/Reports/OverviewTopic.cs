using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Ledger;

namespace Outreach.Server.Reports;

/// <summary>One watched query. It is read again when commits affect it, and the changes go to its watchers.</summary>
/// <remarks>
/// States form a linked list. A watcher follows it at its own pace. One step behind, it takes the change; further behind, it takes
/// the complete state. So nothing accumulates for a slow reader.
/// </remarks>
internal sealed partial class OverviewTopic : IDisposable
{
    /// <summary>Commits within this time after the last shown commit are shown together.</summary>
    private static readonly TimeSpan CoalescingDelay = TimeSpan.FromMilliseconds(40);

    /// <summary>After a refresh, the topic waits this many times as long as the refresh took.</summary>
    private const int RestFactor = 4;

    /// <summary>A watcher that resumes after more commits than this gets a complete state.</summary>
    private const int MaxCommitsScanned = 256;

    private readonly ILedger ledger;
    private readonly OverviewFilter ask;
    private readonly TimeSpan heartbeatInterval;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop = new();
    private readonly State initial = new();
    private State latest;
    private TaskCompletionSource changed = NewSignal();
    private Exception? failure;
    private int watcherCount;

    public OverviewTopic(ILedger ledger, OverviewFilter ask, TimeSpan quiet, ILogger log)
    {
        (this.ledger, this.ask, this.heartbeatInterval, this.log) = (ledger, ask, quiet, log);
        latest = initial;
        _ = RunAsync();
    }

    public string Key => ask.Key;

    /// <summary>True if reading failed. The watchers get the error; new watchers need a new topic.</summary>
    public bool Ended => Volatile.Read(ref failure) is not null;

    /// <summary>Adds a watcher. The caller holds the hub's lock.</summary>
    public void AddWatcher() => watcherCount++;

    /// <summary>Removes a watcher. True if it was the last. The caller holds the hub's lock.</summary>
    public bool RemoveWatcher() => --watcherCount == 0;

    /// <summary>A complete state, or only the totals if nothing has changed since the position; then changes until cancelled.</summary>
    public async IAsyncEnumerable<WatchOverviewResponse> WatchAsync(string after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await initial.Next.Task.WaitAsync(cancel);
        var seen = Volatile.Read(ref latest);
        yield return await IsUnchangedSinceAsync(seen, after, cancel) ? seen.Unchanged : seen.Complete;
        while (true)
        {
            if (await NextAsync(seen, cancel) is not { } next)
            {
                yield return seen.Unchanged;
                continue;
            }
            var last = Volatile.Read(ref latest);
            yield return last == next ? next.Change : last.Complete;
            seen = last;
        }
    }

    /// <summary>True if no commit between the two positions changes the answer.</summary>
    private async Task<bool> IsUnchangedSinceAsync(State state, string after, CancellationToken cancel)
    {
        if (!long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return false;
        var (from, to) = (Math.Min(position, state.Position), Math.Max(position, state.Position));
        if (from == to)
            return true;
        // A position that is not known here would be waited for.
        if (to - from > MaxCommitsScanned || to > Math.Max(ledger.Position, state.Position))
            return false;
        await foreach (var commit in ledger.FollowAsync(from, cancel))
        {
            if (Affects(commit))
                return false;
            if (commit.Position == to)
                break;
        }
        return true;
    }

    /// <summary>The next state; null if none comes for a while.</summary>
    private async Task<State?> NextAsync(State seen, CancellationToken cancel)
    {
        try
        {
            return await seen.Next.Task.WaitAsync(heartbeatInterval, cancel);
        }
        catch (TimeoutException) when (!seen.Next.Task.IsCompleted)
        {
            return null;
        }
    }

    /// <summary>True if a commit can change the answer.</summary>
    public void OnCommit(Commit commit)
    {
        if (Affects(commit))
            Volatile.Read(ref changed).TrySetResult();
    }

    public void Dispose() => stop.Cancel();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool Affects(Commit commit) => commit.Appends.Any(append => Affects(append.Stream));

    private bool Affects(string stream) => stream.StartsWith("stock/", StringComparison.Ordinal) && ask.Includes(stream[6..]);

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var started = Stopwatch.GetTimestamp();
                await RefreshAsync();
                var rest = Stopwatch.GetElapsedTime(started) * RestFactor;
                await Task.Delay(rest > CoalescingDelay ? rest : CoalescingDelay, stop.Token);
                await changed.Task.WaitAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception failed)
        {
            LogFailed(log, failed);
            // Before its watchers are told: who comes again at once must not find it.
            Volatile.Write(ref failure, failed);
            latest.Next.TrySetException(failed);
        }
    }

    private async Task RefreshAsync()
    {
        // Before the views are read: a commit in between is shown now and looked at again, never missed.
        Volatile.Write(ref changed, NewSignal());
        var (overview, position) = await OverviewQueries.ReadAsync(ledger, ask, stop.Token);
        if (overview.Equals(latest.Complete.Overview))
            return;
        var previous = latest;
        var state = new State
        {
            Position = position,
            Complete = new WatchOverviewResponse { Overview = overview, Position = OverviewService.FormatPosition(position), IsSnapshot = true },
            Change = new WatchOverviewResponse
            {
                Overview = OverviewDiff.Between(previous.Complete.Overview ?? new Overview(), overview),
                Position = OverviewService.FormatPosition(position),
            },
        };
        Volatile.Write(ref latest, state);
        previous.Next.TrySetResult(state);
    }

    [LoggerMessage(LogLevel.Warning, "Reading a watched overview failed. Its watchers were disconnected and will reconnect.")]
    private static partial void LogFailed(ILogger log, Exception failed);

    /// <summary>A state of the answer: complete, as a change from the previous state, and the next state once there is one.</summary>
    private sealed class State
    {
        public long Position { get; init; }

        public WatchOverviewResponse Complete { get; init; } = new();

        public WatchOverviewResponse Change { get; init; } = new();

        public WatchOverviewResponse Unchanged => new()
        {
            Overview = OverviewDiff.Between(Complete.Overview, Complete.Overview),
            Position = Complete.Position,
        };

        public TaskCompletionSource<State> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
