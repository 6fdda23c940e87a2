namespace Outreach.Server.Ledger;

/// <summary>The limits of the ledger.</summary>
public sealed record LedgerOptions
{
    /// <summary>The folder of the SQLite store and its lock file, and of scratch databases; created where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The most bytes that may wait to be made durable; beyond it appends are refused. A single append is always accepted.</summary>
    public int MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>The most facts that may wait to be made durable; beyond it appends are refused. A single append is always accepted.</summary>
    public int MaxQueuedFacts { get; init; } = 200_000;

    /// <summary>Bytes of payload after which a commit takes no further append.</summary>
    internal int MaxCommitBytes { get; init; } = 1 << 20;

    /// <summary>Keys and appends of the tail at which the indexer makes a step.</summary>
    internal int IndexBatchSize { get; init; } = 8_192;

    /// <summary>Keys and appends of the tail beyond which commits wait for the indexer.</summary>
    internal int MaxIndexLag { get; init; } = 131_072;

    /// <summary>The number of facts between snapshots.</summary>
    internal int SnapshotInterval { get; init; } = 1_000;
}
