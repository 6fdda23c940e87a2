using System.Data.Common;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>The append-only event log, and the views that are computed from it in the same transactions.</summary>
public interface ILedger
{
    /// <summary>Opens the journal of one stream for one activation of its grain: loads a snapshot and the events after it.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    Task<Journal<TState, TFact>> OpenAsync<TState, TFact>(StreamDefinition<TState, TFact> definition, string id, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>Reads the committed events of one stream in a range of versions, both inclusive, in ascending order.</summary>
    IAsyncEnumerable<RecordedFact<TFact>> ReadAsync<TState, TFact>(
        StreamDefinition<TState, TFact> definition, string id, long fromVersion, long toVersion, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>
    /// Reads the committed events of one stream below a version, in descending order, in runs of one append each. Runs in
    /// which nothing can have occurred between the two times are skipped without being read.
    /// </summary>
    /// <param name="skipDamaged">
    /// Whether runs that cannot be read are left out and logged: right for a list, wrong for a sum. Otherwise they are an exception.
    /// </param>
    IAsyncEnumerable<IReadOnlyList<RecordedFact<TFact>>> ReadBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long belowVersion, Instant? from, Instant? to, bool skipDamaged, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>
    /// Reads the committed events of all streams of a category below a position, latest position first, in runs of one append
    /// each with that append's position. A position can repeat, because several appends can share one commit.
    /// </summary>
    IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<TFact>> Facts)> ReadCategoryBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> definition, long belowPosition, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>Finds the versions of a stream's committed events that have each key. Keys that were never recorded are absent from the result.</summary>
    Task<IReadOnlyDictionary<Guid, long[]>> FindVersionsAsync(string stream, IReadOnlyCollection<Guid> keys, CancellationToken cancel);

    /// <summary>The position of the latest commit that this process knows to be durable.</summary>
    long Position { get; }

    /// <summary>Yields every commit after a position once it is durable, from every node: each once, in order, without gaps.</summary>
    /// <exception cref="StoreUnavailableException">The commits of other nodes cannot be read now; call this again.</exception>
    IAsyncEnumerable<Commit> FollowAsync(long afterPosition, CancellationToken cancel);

    /// <summary>
    /// Opens a connection to query views, in SQL that both stores understand (<c>@name</c> parameters). It sees everything
    /// that was acknowledged before. Disposing it returns it to its pool.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    Task<DbConnection> OpenViewsAsync(CancellationToken cancel);
}

/// <summary>One committed transaction.</summary>
/// <param name="Position">Its place among all commits, from 1, without gaps.</param>
/// <param name="Appends">The events it added, by stream.</param>
public sealed record Commit(long Position, IReadOnlyList<CommittedAppend> Appends);

/// <summary>The events that one commit added to one stream.</summary>
/// <param name="Stream">The stream, for example <c>stock/van-1</c>.</param>
/// <param name="FirstVersion">The first version.</param>
/// <param name="Count">The number of events.</param>
public sealed record CommittedAppend(string Stream, long FirstVersion, int Count);

/// <summary>The store cannot be reached, or did not answer: what was asked may or may not have happened.</summary>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Something stored is damaged or missing. It stays so until an operator restores a backup.</summary>
public sealed class StoreDamagedException(string message, Exception? inner = null) : StoreUnavailableException(message, inner);

/// <summary>Another writer appended to the stream first. The journal's state is invalid and must be loaded again.</summary>
public sealed class StaleJournalException(string message) : Exception(message);

/// <summary>The queue of the writer is at its limit. Nothing of the append was accepted.</summary>
public sealed class LedgerFullException(string message) : Exception(message);
