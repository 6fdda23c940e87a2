using System.Data.Common;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>The append-only log of facts, and what is computed from it in the same transactions.</summary>
public interface ILedger
{
    /// <summary>Opens the journal of one stream for one activation of its grain: loads a snapshot and the tail after it.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    Task<Journal<TState, TFact>> OpenAsync<TState, TFact>(StreamDefinition<TState, TFact> family, string id, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>The committed facts of one stream in a span of versions, both inclusive, upwards.</summary>
    IAsyncEnumerable<RecordedFact<TFact>> ReadAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long fromVersion, long toVersion, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>
    /// The committed facts of one stream, latest version first, below a version, in runs of one append each; runs in which
    /// nothing can have occurred in the span are passed over unread.
    /// </summary>
    /// <param name="skipDamaged">
    /// Whether runs that cannot be read are left out and logged: right for a list, wrong for a sum. Otherwise they are an exception.
    /// </param>
    IAsyncEnumerable<IReadOnlyList<RecordedFact<TFact>>> ReadBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long belowVersion, Instant? from, Instant? to, bool skipDamaged, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>
    /// The committed facts of a whole family, latest position first, below a position, a run for each append with that
    /// append's position. A position can repeat: several appends share one commit. Runs that cannot be read are left out and logged.
    /// </summary>
    IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<TFact>> Facts)> ReadCategoryBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, long belowPosition, CancellationToken cancel)
        where TState : class
        where TFact : class;

    /// <summary>The versions of the committed facts of a stream that carry each key; a key nobody recorded is absent.</summary>
    Task<IReadOnlyDictionary<Guid, long[]>> FindVersionsAsync(string stream, IReadOnlyCollection<Guid> keys, CancellationToken cancel);

    /// <summary>The position of the latest commit that is known here to be durable.</summary>
    long Position { get; }

    /// <summary>Every commit after a position, once, in order, without gaps, as it becomes durable, from whatever node.</summary>
    /// <exception cref="StoreUnavailableException">What other nodes commit cannot be seen now; follow again.</exception>
    IAsyncEnumerable<Commit> FollowAsync(long afterPosition, CancellationToken cancel);

    /// <summary>
    /// A connection to read views with, in SQL that both stores understand (<c>@name</c> parameters); returned to its pool
    /// when disposed. It sees everything that was acknowledged before.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    Task<DbConnection> OpenViewsAsync(CancellationToken cancel);
}

/// <summary>One committed transaction.</summary>
/// <param name="Position">Its place among all commits, from 1, without gaps.</param>
/// <param name="Appends">What it added to which streams.</param>
public sealed record Commit(long Position, IReadOnlyList<CommittedAppend> Appends);

/// <summary>What one commit added to one stream.</summary>
/// <param name="Stream">The stream, for example <c>stock/van-1</c>.</param>
/// <param name="FirstVersion">The first version.</param>
/// <param name="Count">How many facts.</param>
public sealed record CommittedAppend(string Stream, long FirstVersion, int Count);

/// <summary>The store cannot be reached, or did not answer: what was asked may or may not have happened.</summary>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Something stored is damaged or missing. It stays so until an operator restores a backup.</summary>
public sealed class StoreDamagedException(string message, Exception? inner = null) : StoreUnavailableException(message, inner);

/// <summary>Another writer was first, or this activation was overtaken: its state is void and it must be loaded again.</summary>
public sealed class StaleJournalException(string message) : Exception(message);

/// <summary>More is waiting to be written than the stated limit; nothing of the append was taken.</summary>
public sealed class LedgerFullException(string message) : Exception(message);
