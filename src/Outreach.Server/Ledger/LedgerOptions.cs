namespace Outreach.Server.Ledger;

/// <summary>Where the ledger is kept, and its limits.</summary>
public sealed record LedgerOptions
{
    /// <summary>The folder of the SQLite store and its lock file; made where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where PostgreSQL is; null: SQLite in <see cref="DataFolder"/>.</summary>
    public string? PostgresConnectionString { get; init; }

    /// <summary>
    /// The position to go on from although acknowledged commits after it are lost; null: such a store is not opened. SQLite only.
    /// </summary>
    public long? AcceptLossAfter { get; init; }

    /// <summary>Bytes that may wait to be made durable; beyond it an append is refused. An append alone is always taken.</summary>
    public int MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>Facts that may wait to be made durable; beyond it an append is refused. An append alone is always taken.</summary>
    public int MaxQueuedFacts { get; init; } = 200_000;

    /// <summary>Bytes of payload after which a commit takes no further append.</summary>
    internal int MaxCommitBytes { get; init; } = 1 << 20;

    /// <summary>Keys and appends of the tail at which the indexer makes a step.</summary>
    internal int IndexBatchSize { get; init; } = 8_192;

    /// <summary>Keys and appends of the tail beyond which commits wait for the indexer.</summary>
    internal int MaxIndexLag { get; init; } = 131_072;

    /// <summary>Facts after which a snapshot is worth while.</summary>
    internal int SnapshotInterval { get; init; } = 1_000;
}
