using System.Collections.Concurrent;
using Outreach.Server.Ledger;

namespace Outreach.Server.Recording.Settings;

/// <summary>A cache of settings in this process. A value is loaded when it is first read and removed when it changes on any node.</summary>
/// <remarks>
/// The cache follows the ledger's feed, and caches nothing while it cannot. It never caches that a value is missing, so a value
/// that was just added is found. A value that was being loaded while anything changed is returned but not cached, because it may be
/// out of date. All members are thread-safe.
/// </remarks>
/// <param name="ledger">The ledger whose feed is followed.</param>
/// <param name="streams">The prefix of the streams whose events change values, for example <c>site/</c>.</param>
/// <param name="capacity">The maximum number of values. Beyond it, an arbitrary one is removed.</param>
/// <param name="log">Logs when the feed breaks.</param>
internal abstract partial class SettingsCache<T>(ILedger ledger, string streams, int capacity, ILogger log) : BackgroundService
    where T : class
{
    private readonly ConcurrentDictionary<string, T> cached = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool following;
    private long generation;

    /// <summary>The number of cached values.</summary>
    public int Count => cached.Count;

    /// <summary>The value with an id; null if there is none.</summary>
    public ValueTask<T?> FindAsync(string id, CancellationToken cancel) =>
        cached.TryGetValue(id, out var value) ? new ValueTask<T?>(value) : new ValueTask<T?>(LoadAndCacheAsync(id, cancel));

    /// <summary>Loads the latest value with an id; null if there is none.</summary>
    protected abstract Task<T?> LoadAsync(string id, CancellationToken cancel);

    /// <summary>The ids of the values that an append to one of the streams changed: by default the stream's own id.</summary>
    protected virtual Task<IReadOnlyList<string>> GetChangedIdsAsync(CommittedAppend append, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([append.Stream[streams.Length..]]);

    /// <summary>Called after values were removed; a read now returns the latest. The feed waits for it, so it must be fast.</summary>
    /// <param name="ids">The ids of the values; null for all, when the feed broke or is followed again.</param>
    protected virtual void OnInvalidated(IReadOnlyList<string>? ids)
    {
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RunAsync(FollowAsync, broken => LogBroken(broken, streams), stoppingToken);

    private async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            var from = ledger.Position;
            Reset(follow: true);
            await foreach (var commit in ledger.FollowAsync(from, cancel))
                foreach (var append in commit.Appends)
                    if (append.Stream.StartsWith(streams, StringComparison.Ordinal))
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
            if (cached.Count >= capacity && cached.Keys.FirstOrDefault() is { } any)
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

    [LoggerMessage(LogLevel.Warning, "The feed of {Streams} broke. Settings are read from the store until it is followed again.")]
    private partial void LogBroken(Exception broken, string streams);
}
