
namespace Outreach.Server.Ledger;

/// <summary>What one commit writes.</summary>
internal sealed class CommitGroup
{
    /// <summary>The appends in the order they arrived. Those of one stream have one owner and consecutive versions.</summary>
    public required IReadOnlyList<PendingAppend> Appends { get; init; }

    /// <summary>The new heads, one per stream.</summary>
    public required IReadOnlyList<HeadUpdate> HeadUpdates { get; init; }

    public required IReadOnlyList<SegmentEntry> Entries { get; init; }

    /// <summary>The entries as they are stored.</summary>
    public required byte[] Directory { get; init; }

    /// <summary>The payloads of the appends, concatenated.</summary>
    public required PooledBuffer Payload { get; init; }

    public required MergedRows Rows { get; init; }

    /// <summary>By the server's clock, in ticks since 1970.</summary>
    public required long CommittedAt { get; init; }

    public int FactCount => Entries.Sum(e => e.Count);

    /// <summary>The snapshots to save in the same commit, the latest of each stream.</summary>
    public IEnumerable<Snapshot> Snapshots =>
        Appends.Where(a => a.Snapshot is not null).Select(a => a.Snapshot!).GroupBy(s => s.Stream).Select(g => g.Last());
}

/// <summary>The change of one stream's head by one commit: the head that the store must have, and the new one.</summary>
internal sealed class HeadUpdate(JournalOwner owner, string stream, long expectedVersion, byte[] expectedHash)
{
    public JournalOwner Owner => owner;

    public string Stream => stream;

    public long ExpectedVersion { get; } = expectedVersion;

    public byte[] ExpectedHash { get; } = expectedHash;

    public long Version { get; set; } = expectedVersion;

    public byte[] Hash { get; set; } = expectedHash;
}

/// <summary>The outcome of committing a group.</summary>
/// <param name="Position">The group's position; 0 if nothing was written because of conflicts.</param>
/// <param name="Conflicts">The streams whose heads were not the expected ones.</param>
internal readonly record struct CommitResult(long Position, IReadOnlyList<string> Conflicts)
{
    public static CommitResult Committed(long position) => new(position, []);

    public static CommitResult Conflicted(IReadOnlyList<string> conflicts) => new(0, conflicts);
}
