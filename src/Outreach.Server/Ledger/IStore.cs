using System.Data.Common;

namespace Outreach.Server.Ledger;

/// <summary>Where the ledger is kept. What may be asked of the writing part at once, and by whom, is said at each method.</summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>The row of the table secrets that <see cref="Probe"/> writes and deletes: that table is in no export and no view.</summary>
    const string ProbeName = "health-probe";

    /// <summary>Bytes that <see cref="Probe"/> writes.</summary>
    const int ProbeLength = 16_384;

    /// <summary>What is printed at the start, without secrets.</summary>
    string Description { get; }

    /// <summary>Whether other processes may commit too.</summary>
    bool IsShared { get; }

    /// <summary>Brings the tables up to date and creates those of new and changed views, one process at a time.</summary>
    /// <param name="refill">Fills what is new or changed, before another process starts; not called if nothing is.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached or belongs to another process.</exception>
    void Start(Action<ProjectionScope> refill);

    /// <summary>Writes a group whole or not at all, durably. By the writer's thread only.</summary>
    /// <exception cref="StoreUnavailableException">It is not known whether it was written.</exception>
    CommitResult Commit(CommitGroup group);

    /// <summary>Moves entries of the tail into the index, and the watermark with them, if the watermark is where it is expected.</summary>
    /// <returns>False where another process moved the watermark.</returns>
    bool Index(long expectedWatermark, IReadOnlyList<SegmentDirectory> listings);

    /// <summary>Keeps a snapshot unless there is a later one of the same form.</summary>
    void SaveSnapshot(Snapshot snapshot);

    /// <summary>
    /// Takes promises that are to be told of at an instant, and puts the next telling of each off. One that is put off for
    /// longer than is ever done was put off by a clock that was ahead: it is told of too.
    /// </summary>
    IReadOnlyList<DuePromise> TakeDuePromises(long now, int limit);

    /// <summary>Empties and fills what a scope names, in one transaction: after a failure everything is as it was. No commit happens meanwhile.</summary>
    void Rebuild(ProjectionScope scope, Action<IRebuildTransaction> rebuild);

    /// <summary>Writes 16 KiB durably and deletes them again, as a commit would need them. By the writer's thread.</summary>
    /// <exception cref="StoreUnavailableException">A commit would have failed.</exception>
    void Probe();

    /// <summary>Writes one consistent state to a new file. Any thread; commits are not held up. Not where <see cref="IsShared"/>.</summary>
    /// <exception cref="IOException">The file cannot be written, or is there already.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    void Backup(string file);

    /// <summary>A connection that reads; it goes back to its pool when disposed.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancel);

    /// <summary>The statement that begins a transaction in which all reads see one state of the store.</summary>
    string BeginReadSql { get; }

    /// <summary>What a failed statement of the store means: that it is damaged, or that it cannot be reached now.</summary>
    StoreUnavailableException Translate(Exception failed);

    /// <summary>What the store's own checks find wrong with its files and counters, a sentence each.</summary>
    Task<IReadOnlyList<string>> FindDamageAsync(DbConnection reader, CancellationToken cancel);

    /// <summary>The versions of a stream's facts that carry keys, from the index alone.</summary>
    Task FindKeysAsync(DbConnection reader, long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel);
}

/// <summary>Something that is due.</summary>
/// <param name="DueAt">When, in ticks since 1970.</param>
/// <param name="Attempts">How often it was told of before.</param>
internal sealed record DuePromise(string Stream, string Kind, string Key, long DueAt, int Attempts)
{
    /// <summary>After how many ticks it is told of again: two seconds, doubled each time, five minutes at most.</summary>
    public long BackoffTicks => Math.Min(2L << Math.Min(Attempts, 20), MaxBackoffSeconds) * NodaTime.NodaConstants.TicksPerSecond;

    /// <summary>The longest that a promise is put off, in seconds.</summary>
    public const long MaxBackoffSeconds = 300;

    /// <summary>The latest instant that a promise can have been put off to, by a clock that is right.</summary>
    public static long LatestRetryAt(long now) => now + (MaxBackoffSeconds * NodaTime.NodaConstants.TicksPerSecond);
}

/// <summary>The emptied tables of a scope, in a transaction that is not committed yet.</summary>
internal interface IRebuildTransaction
{
    /// <summary>Reads segments within the transaction.</summary>
    DbConnection Connection { get; }

    /// <summary>Adds rows to the views and promises.</summary>
    void Write(MergedRows rows);

    /// <summary>Adds to the index of segments and the keys.</summary>
    void Index(IReadOnlyList<SegmentDirectory> listings);
}
