using System.Runtime.CompilerServices;

namespace Outreach.Server.Ledger;

/// <summary>
/// Tells of commits in the order of their positions, from any position on. Positions have no gaps, and a commit that has
/// one is durable as are all before it; so whatever is missing here, because another process wrote it or because it is long
/// past, is read from the store.
/// </summary>
internal sealed class Feed(IStore store)
{
    private const int RecentCapacity = 256;
    private const int PageSize = 256;

    private readonly Commit?[] recent = new Commit?[RecentCapacity];
    private readonly Lock gate = new();
    private TaskCompletionSource positionChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long position;

    /// <summary>The last position that is known to be durable.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Tells of a commit of this process.</summary>
    public void Publish(SegmentDirectory listing)
    {
        var commit = ToCommit(listing);
        lock (gate)
        {
            recent[commit.Position % RecentCapacity] = commit;
        }
        AdvanceTo(commit.Position);
    }

    /// <summary>Tells that all commits up to a position are durable.</summary>
    public void AdvanceTo(long reached)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            if (reached <= position)
                return;
            Volatile.Write(ref position, reached);
            (before, positionChanged) = (positionChanged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        before.SetResult();
    }

    /// <summary>Fails for all who wait for a commit, because there may be some that they are not told of; they follow again.</summary>
    public void FailWaiters(StoreUnavailableException away)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            (before, positionChanged) = (positionChanged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        before.SetException(away);
        _ = before.Task.Exception; // Seen: nobody may be waiting.
    }

    /// <inheritdoc cref="ILedger.FollowAsync"/>
    public async IAsyncEnumerable<Commit> FollowAsync(long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var (commit, more) = TryGetNext(after);
            if (commit is not null)
            {
                yield return commit;
                after = commit.Position;
                continue;
            }
            await more.WaitAsync(cancel);
            foreach (var read in await ReadAsync(after, cancel))
            {
                yield return read;
                after = read.Position;
            }
        }
    }

    private static Commit ToCommit(SegmentDirectory listing) =>
        new(listing.Position, [.. listing.Entries.Select(e => new CommittedAppend(e.Stream, e.FirstVersion, e.Count))]);

    /// <summary>The commit after a position, if it is at hand; otherwise what to wait for before reading.</summary>
    private (Commit? Commit, Task More) TryGetNext(long after)
    {
        lock (gate)
        {
            var next = recent[(after + 1) % RecentCapacity];
            return (next?.Position == after + 1 ? next : null, after < position ? Task.CompletedTask : positionChanged.Task);
        }
    }

    private async Task<IEnumerable<Commit>> ReadAsync(long after, CancellationToken cancel)
    {
        if (TryGetNext(after).Commit is not null)
            return [];
        await using var reading = await LedgerReader.OpenAsync(store, cancel);
        var listings = await reading.ReadDirectoriesAsync(after, long.MaxValue, PageSize, cancel);
        // Another process may have come further than is known here.
        if (listings.Count > 0)
            AdvanceTo(listings[^1].Position);
        return listings.Select(ToCommit);
    }
}
