using System.Data.Common;

namespace Outreach.Server.Ledger;

/// <summary>The database of the ledger. Each method that writes states which threads may call it.</summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>The row of the table secrets that <see cref="Probe"/> writes and deletes: that table is in no export and no view.</summary>
    const string ProbeName = "health-probe";

    /// <summary>Bytes that <see cref="Probe"/> writes.</summary>
    const int ProbeLength = 16_384;

    /// <summary>What is printed at the start, without secrets.</summary>
    string Description { get; }

    /// <summary>True if other processes may commit to the same store.</summary>
    bool IsShared { get; }

    /// <summary>Migrates the tables and creates those of new and changed views. One process at a time does this.</summary>
    /// <param name="refill">Fills what is new or changed before another process can start; not called if nothing changed.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached or belongs to another process.</exception>
    void Start(Action<ReplayScope> refill);

    /// <summary>Writes a group durably, in full or not at all. Only the writer's thread calls it.</summary>
    /// <exception cref="StoreUnavailableException">It is not known whether the group was written.</exception>
    CommitResult Commit(CommitGroup group);

    /// <summary>Adds directories of the tail to the index and advances the watermark, if it is still the expected one.</summary>
    /// <returns>False if another process moved the watermark.</returns>
    bool Index(long expectedWatermark, IReadOnlyList<SegmentDirectory> listings);

    /// <summary>Saves a snapshot unless a later one of the same schema version exists.</summary>
    void SaveSnapshot(Snapshot snapshot);

    /// <summary>
    /// Takes promises that are due and schedules the next attempt of each. A promise whose next attempt is later than the
    /// longest backoff allows was scheduled by a clock that was ahead; it is taken too.
    /// </summary>
    IReadOnlyList<DuePromise> TakeDuePromises(long now, int limit);

    /// <summary>
    /// Empties and refills everything in a scope in one transaction; a failure changes nothing. No commit happens meanwhile.
    /// </summary>
    void Rebuild(ReplayScope scope, Action<IRebuildTransaction> rebuild);

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

    /// <summary>The statement that begins a transaction in which all reads see the same commits.</summary>
    string BeginReadSql { get; }

    /// <summary>What a failed statement of the store means: that it is damaged, or that it cannot be reached now.</summary>
    StoreUnavailableException Translate(Exception failed);

    /// <summary>What the store's own checks find wrong with its files and counters, a sentence each.</summary>
    Task<IReadOnlyList<string>> FindDamageAsync(DbConnection reader, CancellationToken cancel);

    /// <summary>The versions of a stream's facts that carry keys, from the index alone.</summary>
    Task FindKeysAsync(DbConnection reader, long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel);
}

/// <summary>A promise that is due.</summary>
/// <param name="DueAt">When it is due, in ticks since 1970.</param>
/// <param name="Attempts">The number of attempts before this one.</param>
internal sealed record DuePromise(string Stream, string Kind, string Key, long DueAt, int Attempts)
{
    /// <summary>The delay until the next attempt in ticks: two seconds, doubled each time, at most five minutes.</summary>
    public long BackoffTicks => Math.Min(2L << Math.Min(Attempts, 20), MaxBackoffSeconds) * NodaTime.NodaConstants.TicksPerSecond;

    /// <summary>The longest delay between two attempts, in seconds.</summary>
    public const long MaxBackoffSeconds = 300;

    /// <summary>The latest next attempt that a correct clock can have scheduled, in ticks since 1970.</summary>
    public static long LatestRetryAt(long now) => now + (MaxBackoffSeconds * NodaTime.NodaConstants.TicksPerSecond);
}

/// <summary>An uncommitted transaction in which the tables of a scope are empty.</summary>
internal interface IRebuildTransaction
{
    /// <summary>The connection that reads segments within the transaction.</summary>
    DbConnection Connection { get; }

    /// <summary>Adds rows to the views and promises.</summary>
    void Write(MergedRows rows);

    /// <summary>Adds to the index of segments and the keys.</summary>
    void Index(IReadOnlyList<SegmentDirectory> listings);
}
