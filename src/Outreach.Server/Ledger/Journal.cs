using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>One activation's hold on a stream: the folded state, and the way to add to it. Not thread-safe: one turn at a time.</summary>
/// <remarks>
/// <see cref="Append"/> folds at once and returns before the facts are durable, so that further calls decide on the state
/// to come while a commit is under way. If it fails, everything appended after it fails too and <see cref="Failed"/> is
/// set: the grain must deactivate and be loaded again.
/// </remarks>
public sealed class Journal<TState, TFact>
    where TState : class
    where TFact : class
{
    /// <summary>The state after every fact appended so far, durable or not.</summary>
    public TState State => throw new NotImplementedException();

    /// <summary>The version of the last fact appended so far, durable or not; 0 for an empty stream.</summary>
    public long Version => throw new NotImplementedException();

    /// <summary>The last version that is durable.</summary>
    public long DurableVersion => throw new NotImplementedException();

    /// <summary>The version up to which every key can be found by <see cref="ILedger.FindAsync"/> from its table alone.</summary>
    public long IndexedVersion => throw new NotImplementedException();

    /// <summary>Whether an append failed: the state is void.</summary>
    public bool Failed => throw new NotImplementedException();

    /// <summary>Appends facts as one, folds them, and completes when they are durable. No facts: completes when all before are.</summary>
    /// <returns>The version of the last fact.</returns>
    /// <exception cref="StaleJournalException">Another writer was first.</exception>
    /// <exception cref="StoreUnavailableException">It is not known whether they were written.</exception>
    /// <exception cref="LedgerFullException">Too much is waiting; nothing was taken and the journal stays whole.</exception>
    public Task<long> Append(IReadOnlyList<TFact> facts, Instant now) => throw new NotImplementedException();
}
