using System.Runtime.CompilerServices;
using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Sites;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>Follows the ledger for all watchers of sites. A site with many watchers is read once.</summary>
internal sealed partial class StockHub(
    ILedger ledger, StockStreamDefinition definition, ISiteCache sites, IClock clock, ILogger<StockHub> log) : BackgroundService
{
    private readonly Lock gate = new();
    private long lastPosition;
    private readonly Dictionary<string, SiteStockTopic> topics = new(StringComparer.Ordinal);

    /// <summary>Watches a site until cancelled.</summary>
    /// <param name="site">The id of an existing site.</param>
    /// <param name="afterVersion">The last version that the watcher received; 0 to begin with the complete stock.</param>
    /// <param name="cancel">Ends the watch.</param>
    /// <exception cref="RefusedException">The version is later than any, or the watcher is too slow.</exception>
    public async IAsyncEnumerable<Wire.WatchStockResponse> WatchAsync(
        string site, long afterVersion, [EnumeratorCancellation] CancellationToken cancel)
    {
        var watch = JoinTopic(site);
        try
        {
            var (version, state, channel) = await watch.JoinAsync(cancel);
            try
            {
                // The shared topic is a little behind the commits, and the watcher may have read a later version elsewhere.
                if (afterVersion > version && await ShelfQueries.GetVersionAsync(ledger, site, cancel) is var last && afterVersion > last)
                    throw new RefusedException(Refusal.FailedPrecondition(
                        "VERSION_UNKNOWN", $"after_version must be at most {last}, the version of site '{site}'; this is {afterVersion}."));
                if (afterVersion == 0)
                    yield return await watch.GetFirstStateAsync(version, state, cancel);
                else if (afterVersion < version)
                    await foreach (var missed in watch.ReadMissedAsync(afterVersion + 1, version, state, cancel))
                        yield return missed;
                await foreach (var response in channel.Reader.ReadAllAsync(cancel))
                    if (response.Version > afterVersion)
                        yield return SkipMovementsThrough(afterVersion, response);
            }
            finally
            {
                watch.Leave(channel);
            }
        }
        finally
        {
            LeaveTopic(site, watch);
        }
    }

    /// <summary>Follows every commit from now on. There are no watchers before that.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        lastPosition = ledger.Position;
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RetryLoop.RunAsync(FollowAsync, LogBroken, stoppingToken);

    private async Task FollowAsync(CancellationToken cancel)
    {
        await foreach (var commit in ledger.FollowAsync(lastPosition, cancel))
        {
            OnCommit(commit);
            lastPosition = commit.Position;
        }
    }

    /// <summary>A response without the movements up to a version; the same instance if all of them are later.</summary>
    private static Wire.WatchStockResponse SkipMovementsThrough(long version, Wire.WatchStockResponse response)
    {
        if (response.Movements.Count == 0 || response.Movements[0].Version > version)
            return response;

        var later = response.Clone();
        while (later.Movements.Count > 0 && later.Movements[0].Version <= version)
            later.Movements.RemoveAt(0);
        return later;
    }

    private void OnCommit(Commit commit)
    {
        lock (gate)
        {
            if (topics.Count == 0)
                return;

            foreach (var append in commit.Appends)
            {
                if (append.Stream.StartsWith("stock/", StringComparison.Ordinal) && topics.TryGetValue(append.Stream[6..], out var watch))
                    watch.OnCommit(append.FirstVersion + append.Count - 1);
            }
        }
    }

    private SiteStockTopic JoinTopic(string site)
    {
        lock (gate)
        {
            if (!topics.TryGetValue(site, out var watch) || watch.Ended)
                topics[site] = watch = new SiteStockTopic(site, ledger, definition, sites, clock);
            watch.WatcherCount++;
            return watch;
        }
    }

    private void LeaveTopic(string site, SiteStockTopic watch)
    {
        lock (gate)
        {
            if (--watch.WatcherCount > 0)
                return;

            if (topics.TryGetValue(site, out var present) && present == watch)
                topics.Remove(site);
        }

        watch.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "The feed of stock broke. Watchers get the changes in between when it is followed again.")]
    private partial void LogBroken(Exception broken);
}
