using System.Collections.Concurrent;
using Outreach.Server.Ledger;

namespace Outreach.Server.Recording;

/// <summary>Settings at hand in this process, read when first asked for and forgotten when they change anywhere.</summary>
/// <remarks>
/// It follows the ledger's feed, and keeps nothing while it does not. What is not there is never remembered, so that
/// what was just added is found. A value that was being read while anything changed is handed out but not kept: it may be
/// the one before the change. All members can be used from any thread.
/// </remarks>
/// <param name="ledger">Whose feed is followed.</param>
/// <param name="stream">What the names of the streams begin with that tell of changes.</param>
/// <param name="most">The most values at hand; beyond it, any one makes room.</param>
/// <param name="log">Where a broken feed is told of.</param>
internal abstract partial class SettingsCache<T>(ILedger ledger, string stream, int most, ILogger log) : BackgroundService
    where T : class
{
    private readonly ConcurrentDictionary<string, T> cached = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool following;
    private long generation;

    /// <summary>How many values are at hand.</summary>
    public int Count => cached.Count;

    /// <summary>The value with an id, or null where there is none.</summary>
    public ValueTask<T?> FindAsync(string id, CancellationToken cancel) =>
        cached.TryGetValue(id, out var value) ? new ValueTask<T?>(value) : new ValueTask<T?>(LoadAndCacheAsync(id, cancel));

    /// <summary>Reads the latest value with an id; null where there is none.</summary>
    protected abstract Task<T?> LoadAsync(string id, CancellationToken cancel);

    /// <summary>Whose values an append to one of the streams changed.</summary>
    protected abstract Task<IReadOnlyList<string>> GetChangedIdsAsync(CommittedAppend append, CancellationToken cancel);

    /// <summary>Values were forgotten: whoever asks now is told the latest. Called after it, on the feed's turn, so it is quick.</summary>
    /// <param name="ids">Whose; null for all, where the feed was lost or is found again.</param>
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
