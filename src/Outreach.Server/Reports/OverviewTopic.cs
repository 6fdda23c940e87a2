using System.Diagnostics;
using System.Runtime.CompilerServices;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Ledger;

namespace Outreach.Server.Reports;

/// <summary>One question that is being watched: reads the answer again when commits touch it, and hands on what changed.</summary>
/// <remarks>
/// States form a chain: each knows the one after it. A watcher walks it at its own pace, takes the change where it is one
/// step behind and the complete state where it is further behind, so that nothing piles up for a slow reader.
/// </remarks>
internal sealed partial class OverviewTopic : IDisposable
{
    /// <summary>Commits within this time after one that was shown are shown together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(40);

    /// <summary>A watcher who was sent nothing for this long is sent the totals as they are: both ends know that the other is there.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    /// <summary>A question that takes long to answer rests this many times as long before it is answered again.</summary>
    private const int Rest = 4;

    private readonly ILedger ledger;
    private readonly OverviewAsk ask;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop = new();
    private readonly State beginning = new();
    private State latest;
    private TaskCompletionSource touched = NewSignal();
    private int users;

    public OverviewTopic(ILedger ledger, OverviewAsk ask, ILogger log)
    {
        (this.ledger, this.ask, this.log) = (ledger, ask, log);
        latest = beginning;
        _ = RunAsync();
    }

    public string Key => ask.Key;

    /// <summary>One more watches. The hub's lock is held.</summary>
    public void Enter() => users++;

    /// <summary>One fewer watches; true for the last. The hub's lock is held.</summary>
    public bool Leave() => --users == 0;

    /// <summary>A complete state, unless the position says that it was seen; then changes, until cancelled.</summary>
    public async IAsyncEnumerable<WatchOverviewResponse> WatchAsync(string after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await beginning.Next.Task.WaitAsync(cancel);
        var seen = Volatile.Read(ref latest);
        if (seen.Complete.Position != after)
            yield return seen.Complete;
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

    /// <summary>The state after one that was seen; null where there is none for a while.</summary>
    private static async Task<State?> NextAsync(State seen, CancellationToken cancel)
    {
        try
        {
            return await seen.Next.Task.WaitAsync(Quiet, cancel);
        }
        catch (TimeoutException) when (!seen.Next.Task.IsCompleted)
        {
            return null;
        }
    }

    /// <summary>Looks whether a commit can change the answer.</summary>
    public void Notice(Commit commit)
    {
        if (commit.Appends.Any(append => Touches(append.Stream)))
            Volatile.Read(ref touched).TrySetResult();
    }

    public void Dispose() => stop.Cancel();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool Touches(string stream) => stream.StartsWith("stock/", StringComparison.Ordinal) && ask.Includes(stream[6..]);

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var started = Stopwatch.GetTimestamp();
                await ReadAgainAsync();
                var rest = Stopwatch.GetElapsedTime(started) * Rest;
                await Task.Delay(rest > Gathering ? rest : Gathering, stop.Token);
                await touched.Task.WaitAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception failed)
        {
            LogFailed(log, failed);
            latest.Next.TrySetException(failed);
        }
    }

    private async Task ReadAgainAsync()
    {
        // Both before the views are read: a commit in between is shown now and looked at again, never missed.
        Volatile.Write(ref touched, NewSignal());
        var position = OverviewService.PositionText(ledger.Position);
        var overview = await OverviewView.ReadAsync(ledger, ask, stop.Token);
        if (overview.Equals(latest.Complete.Overview))
            return;
        var previous = latest;
        var state = new State
        {
            Complete = new WatchOverviewResponse { Overview = overview, Position = position, FirstState = true },
            Change = new WatchOverviewResponse
            {
                Overview = OverviewChange.Between(previous.Complete.Overview ?? new Overview(), overview),
                Position = position,
            },
        };
        Volatile.Write(ref latest, state);
        previous.Next.TrySetResult(state);
    }

    [LoggerMessage(LogLevel.Warning, "An overview that is being watched could not be read; its watchers are told to come again.")]
    private static partial void LogFailed(ILogger log, Exception failed);

    /// <summary>A state of the answer: complete, as a change from the one before, and the one after it once there is one.</summary>
    private sealed class State
    {
        public WatchOverviewResponse Complete { get; init; } = new();

        public WatchOverviewResponse Change { get; init; } = new();

        public WatchOverviewResponse Unchanged => new()
        {
            Overview = OverviewChange.Between(Complete.Overview, Complete.Overview),
            Position = Complete.Position,
        };

        public TaskCompletionSource<State> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
