using System.Collections.Concurrent;
using Outreach.Server.Ledger;

namespace Outreach.Server.Recording;

/// <summary>Settings in the memory of this process, read when first needed and removed when they change on any node.</summary>
/// <remarks>
/// It follows the ledger's feed, and caches nothing while it does not. Ids that were not found are not cached, so that a setting
/// that was just added is found. A value that was being read while anything changed is returned but not cached, because it
/// may be older than the change. Thread-safe.
/// </remarks>
/// <param name="ledger">The ledger whose feed is followed.</param>
/// <param name="stream">What the names of the streams of these settings begin with.</param>
/// <param name="most">The most values in the cache; beyond that, any one is removed.</param>
/// <param name="log">Logs a broken feed.</param>
internal abstract partial class SettingsCache<T>(ILedger ledger, string stream, int most, ILogger log) : BackgroundService
    where T : class
{
    private readonly ConcurrentDictionary<string, T> cached = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool following;
    private long generation;

    /// <summary>How many values are in the cache.</summary>
    public int Count => cached.Count;

    /// <summary>The value with an id; null if there is none.</summary>
    public ValueTask<T?> FindAsync(string id, CancellationToken cancel) =>
        cached.TryGetValue(id, out var value) ? new ValueTask<T?>(value) : new ValueTask<T?>(LoadAndCacheAsync(id, cancel));

    /// <summary>Reads the latest value with an id; null where there is none.</summary>
    protected abstract Task<T?> LoadAsync(string id, CancellationToken cancel);

    /// <summary>The ids whose values an append to one of the streams changed.</summary>
    protected abstract Task<IReadOnlyList<string>> GetChangedIdsAsync(CommittedAppend append, CancellationToken cancel);

    /// <summary>Called after values were removed from the cache. It delays the feed, so it must be quick.</summary>
    /// <param name="ids">The ids of the values; null for all, when the feed was lost or is followed again.</param>
    protected virtual void OnInvalidated(IReadOnlyList<string>? ids)
    {
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RunAsync(FollowAsync, broken => LogBroken(broken, stream), stoppingToken);

    private async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            var from = ledger.Position;
            Reset(follow: true);
            await foreach (var commit in ledger.FollowAsync(from, cancel))
                foreach (var append in commit.Appends)
                    if (append.Stream.StartsWith(stream, StringComparison.Ordinal))
                        Invalidate(await GetChangedIdsAsync(append, cancel));
        }
        finally
        {
            Reset(follow: false);
        }
    }

    private async Task<T?> LoadAndCacheAsync(string id, CancellationToken cancel)
    {
        var before = Volatile.Read(ref generation);
        var value = await LoadAsync(id, cancel);
        if (value is not null)
            TryCache(id, value, before);
        return value;
    }

    private void TryCache(string id, T value, long before)
    {
        lock (gate)
        {
            if (!following || generation != before)
                return;
            if (cached.Count >= most && cached.Keys.FirstOrDefault() is { } any)
                cached.TryRemove(any, out _);
            cached[id] = value;
        }
    }

    private void Invalidate(IReadOnlyList<string> ids)
    {
        lock (gate)
        {
            generation++;
            foreach (var id in ids)
                cached.TryRemove(id, out _);
        }
        OnInvalidated(ids);
    }

    private void Reset(bool follow)
    {
        lock (gate)
        {
            generation++;
            following = follow;
            cached.Clear();
        }
        OnInvalidated(null);
    }

    [LoggerMessage(LogLevel.Warning, "The feed of {Stream} broke; settings are read from the store until it is followed again.")]
    private partial void LogBroken(Exception broken, string stream);
}
