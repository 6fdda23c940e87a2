using System.Runtime.CompilerServices;

namespace Outreach.Server.Ledger;

/// <summary>
/// Delivers commits in the order of their positions, from any position. Positions have no gaps, and a commit with a
/// position is durable, as are all before it. Commits that are not in memory, because another process wrote them or
/// because they are old, are read from the store.
/// </summary>
internal sealed class CommitFeed(IStore store)
{
    private const int RecentCapacity = 256;
    private const int PageSize = 256;

    private readonly Commit?[] recent = new Commit?[RecentCapacity];
    private readonly Lock gate = new();
    private TaskCompletionSource positionChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long position;

    /// <summary>The last position that is known to be durable.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Publishes a commit of this process.</summary>
    public void Publish(SegmentDirectory directory)
    {
        var commit = ToCommit(directory);
        lock (gate)
        {
            recent[commit.Position % RecentCapacity] = commit;
        }
        AdvanceTo(commit.Position);
    }

    /// <summary>Records that all commits up to a position are durable, and wakes followers.</summary>
    public void AdvanceTo(long newPosition)
    {
        TaskCompletionSource previous;
        lock (gate)
        {
            if (newPosition <= position)
                return;
            Volatile.Write(ref position, newPosition);
            (previous, positionChanged) = (positionChanged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        previous.SetResult();
    }

    /// <summary>Throws in all followers that wait for a commit, because they may have missed some. They must follow again.</summary>
    public void FailWaiters(StoreUnavailableException error)
    {
        TaskCompletionSource previous;
        lock (gate)
        {
            (previous, positionChanged) = (positionChanged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        previous.SetException(error);
        _ = previous.Task.Exception; // Marks it as observed: nobody may be waiting.
    }

    /// <inheritdoc cref="ILedger.FollowAsync"/>
    public async IAsyncEnumerable<Commit> FollowAsync(long afterPosition, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var (commit, more) = TryGetNext(afterPosition);
            if (commit is not null)
            {
                yield return commit;
                afterPosition = commit.Position;
                continue;
            }
            await more.WaitAsync(cancel);
            foreach (var read in await ReadAsync(afterPosition, cancel))
            {
                yield return read;
                afterPosition = read.Position;
            }
        }
    }

    private static Commit ToCommit(SegmentDirectory directory) =>
        new(directory.Position, [.. directory.Entries.Select(e => new CommittedAppend(e.Stream, e.FirstVersion, e.Count))]);

    /// <summary>The commit after a position if it is in memory, and a task that completes when there is more to read.</summary>
    private (Commit? Commit, Task More) TryGetNext(long afterPosition)
    {
        lock (gate)
        {
            var next = recent[(afterPosition + 1) % RecentCapacity];
            return (next?.Position == afterPosition + 1 ? next : null, afterPosition < position ? Task.CompletedTask : positionChanged.Task);
        }
    }

    private async Task<IEnumerable<Commit>> ReadAsync(long afterPosition, CancellationToken cancel)
    {
        if (TryGetNext(afterPosition).Commit is not null)
            return [];
        await using var reader = await LedgerReader.OpenAsync(store, cancel);
        var directories = await reader.ReadDirectoriesAsync(afterPosition, long.MaxValue, PageSize, cancel);
        // Another process may have committed more than this process knows.
        if (directories.Count > 0)
            AdvanceTo(directories[^1].Position);
        return directories.Select(ToCommit);
    }
}
