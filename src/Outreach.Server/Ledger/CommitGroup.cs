
namespace Outreach.Server.Ledger;

/// <summary>What one commit writes.</summary>
internal sealed class CommitGroup
{
    /// <summary>In the order they arrived; of each stream by one owner only, each following the one before.</summary>
    public required IReadOnlyList<PendingAppend> Appends { get; init; }

    /// <summary>How the streams move on, each once.</summary>
    public required IReadOnlyList<HeadUpdate> HeadUpdates { get; init; }

    public required IReadOnlyList<SegmentEntry> Entries { get; init; }

    /// <summary>The stored form of the entries.</summary>
    public required byte[] Directory { get; init; }

    /// <summary>The appends' payloads, one after the other.</summary>
    public required PooledBuffer Payload { get; init; }

    public required MergedRows Rows { get; init; }

    /// <summary>By the server's clock, in ticks since 1970.</summary>
    public required long CommittedAt { get; init; }

    public int FactCount => Entries.Sum(e => e.Count);

    /// <summary>Snapshots to keep in the same commit, the latest of each stream.</summary>
    public IEnumerable<Snapshot> Snapshots =>
        Appends.Where(a => a.Snapshot is not null).Select(a => a.Snapshot!).GroupBy(s => s.Stream).Select(g => g.Last());
}

/// <summary>How one commit moves one stream: from a head that must be found as expected to a new one.</summary>
internal sealed class HeadUpdate(JournalOwner owner, string stream, long expectedVersion, byte[] expectedHash)
{
    public JournalOwner Owner => owner;

    public string Stream => stream;

    public long ExpectedVersion { get; } = expectedVersion;

    public byte[] ExpectedHash { get; } = expectedHash;

    public long Version { get; set; } = expectedVersion;

    public byte[] Hash { get; set; } = expectedHash;
}

/// <summary>What became of a group.</summary>
/// <param name="Position">Its position, or 0 where nothing was written for the conflicts.</param>
/// <param name="Conflicts">Streams whose heads were not as expected.</param>
internal readonly record struct CommitResult(long Position, IReadOnlyList<string> Conflicts)
{
    public static CommitResult Committed(long position) => new(position, []);

    public static CommitResult Conflicted(IReadOnlyList<string> conflicts) => new(0, conflicts);
}
