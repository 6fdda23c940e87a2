using System.Runtime.CompilerServices;
using Outreach.Domain.Recording;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Reports;

/// <summary>
/// Follows the ledger once for all watchers of overviews. Watchers with the same query share one topic, so a thousand
/// dashboards on one wall cost one query for each change, not a thousand.
/// </summary>
internal sealed partial class OverviewHub(ILedger ledger, ILogger<OverviewHub> log) : BackgroundService
{
    /// <summary>The maximum number of different queries that are followed at once on this node.</summary>
    private const int MaxTopics = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, OverviewTopic> topics = [];
    private long lastPosition;

    /// <summary>If nothing was sent for this long, the totals are sent as a heartbeat.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Watches until cancelled.</summary>
    /// <param name="ask">The query.</param>
    /// <param name="after">The last position that the watcher saw; empty if there is none.</param>
    /// <param name="cancel">Cancels the watch.</param>
    /// <exception cref="RefusedException">Too many different queries are followed already.</exception>
    public async IAsyncEnumerable<WatchOverviewResponse> WatchAsync(
        OverviewFilter ask, string after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var topic = JoinTopic(ask);
        try
        {
            await foreach (var response in topic.WatchAsync(after, cancel))
                yield return response;
        }
        finally
        {
            LeaveTopic(topic);
        }
    }

    /// <summary>Follows commits from now on. There are no watchers earlier.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        lastPosition = ledger.Position;
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RetryLoop.RunAsync(FollowAsync, away => LogFeedBroken(log, away), stoppingToken);

    private async Task FollowAsync(CancellationToken cancel)
    {
        await foreach (var commit in ledger.FollowAsync(lastPosition, cancel))
        {
            OnCommit(commit);
            lastPosition = commit.Position;
        }
    }

    private void OnCommit(Commit commit)
    {
        lock (gate)
        {
            foreach (var topic in topics.Values)
                topic.OnCommit(commit);
        }
    }

    private OverviewTopic JoinTopic(OverviewFilter ask)
    {
        lock (gate)
        {
            if (!topics.TryGetValue(ask.Key, out var topic) || topic.Ended)
            {
                if (topic is null && topics.Count == MaxTopics)
                    throw new RefusedException(Refusal.LimitExceeded(
                        "TOO_MANY_WATCHES", $"{MaxTopics} different overviews are being watched. Watch one that others watch too."));
                topics[ask.Key] = topic = new OverviewTopic(ledger, ask, HeartbeatInterval, log);
            }
            topic.AddWatcher();
            return topic;
        }
    }

    private void LeaveTopic(OverviewTopic topic)
    {
        lock (gate)
        {
            if (!topic.RemoveWatcher())
                return;
            // Where it failed, another may have taken its place.
            if (topics.TryGetValue(topic.Key, out var present) && present == topic)
                topics.Remove(topic.Key);
        }
        topic.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "The ledger cannot be followed for now; watchers will see what they missed when it is back.")]
    private static partial void LogFeedBroken(ILogger log, Exception away);
}
