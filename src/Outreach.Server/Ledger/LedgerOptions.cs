namespace Outreach.Server.Ledger;

/// <summary>The limits of the ledger.</summary>
public sealed record LedgerOptions
{
    /// <summary>The folder of the SQLite store, its lock file and scratch databases; created if it does not exist.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The maximum number of bytes in the write queue; beyond it appends are refused. A single append is always accepted.</summary>
    public int MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>The maximum number of events in the write queue; beyond it appends are refused. A single append is always accepted.</summary>
    public int MaxQueuedFacts { get; init; } = 200_000;

    /// <summary>The size in bytes from which a commit takes no further append.</summary>
    internal int MaxCommitBytes { get; init; } = 1 << 20;

    /// <summary>The number of keys and appends in the tail from which the indexer writes a batch.</summary>
    internal int IndexBatchSize { get; init; } = 8_192;

    /// <summary>The number of keys and appends in the tail from which commits wait for the indexer.</summary>
    internal int MaxIndexLag { get; init; } = 131_072;

    /// <summary>The minimum number of events between snapshots.</summary>
    internal int SnapshotInterval { get; init; } = 1_000;
}
