using System.Collections.Concurrent;
using Outreach.Server.Ledger;

namespace Outreach.Server;

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
internal abstract partial class Book<T>(ILedger ledger, string stream, int most, ILogger log) : BackgroundService
    where T : class
{
    private readonly ConcurrentDictionary<string, T> kept = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool following;
    private long changes;

    /// <summary>How many values are at hand.</summary>
    public int Count => kept.Count;

    /// <summary>The value with an id, or null where there is none.</summary>
    public ValueTask<T?> FindAsync(string id, CancellationToken cancel) =>
        kept.TryGetValue(id, out var value) ? new ValueTask<T?>(value) : new ValueTask<T?>(FetchAsync(id, cancel));

    /// <summary>Reads the latest value with an id; null where there is none.</summary>
    protected abstract Task<T?> ReadAsync(string id, CancellationToken cancel);

    /// <summary>Whose values an append to one of the streams changed.</summary>
    protected abstract Task<IReadOnlyList<string>> ChangedAsync(CommittedAppend append, CancellationToken cancel);

    /// <summary>Values were forgotten: whoever asks now is told the latest. Called after it, on the feed's turn, so it is quick.</summary>
    /// <param name="ids">Whose; null for all, where the feed was lost or is found again.</param>
    protected virtual void Forgotten(IReadOnlyList<string>? ids)
    {
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Following.AlwaysAsync(FollowAsync, broken => LogBroken(broken, stream), stoppingToken);

    private async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            var from = ledger.Position;
            Begin(follow: true);
            await foreach (var commit in ledger.FollowAsync(from, cancel))
                foreach (var append in commit.Appends)
                    if (append.Stream.StartsWith(stream, StringComparison.Ordinal))
                        Forget(await ChangedAsync(append, cancel));
        }
        finally
        {
            Begin(follow: false);
        }
    }

    private async Task<T?> FetchAsync(string id, CancellationToken cancel)
    {
        var before = Volatile.Read(ref changes);
        var value = await ReadAsync(id, cancel);
        if (value is not null)
            Keep(id, value, before);
        return value;
    }

    private void Keep(string id, T value, long before)
    {
        lock (gate)
        {
            if (!following || changes != before)
                return;
            if (kept.Count >= most && kept.Keys.FirstOrDefault() is { } any)
                kept.TryRemove(any, out _);
            kept[id] = value;
        }
    }

    private void Forget(IReadOnlyList<string> ids)
    {
        lock (gate)
        {
            changes++;
            foreach (var id in ids)
                kept.TryRemove(id, out _);
        }
        Forgotten(ids);
    }

    private void Begin(bool follow)
    {
        lock (gate)
        {
            changes++;
            following = follow;
            kept.Clear();
        }
        Forgotten(null);
    }

    [LoggerMessage(LogLevel.Warning, "The feed of {Stream} broke; settings are read from the store until it is followed again.")]
    private partial void LogBroken(Exception broken, string stream);
}
