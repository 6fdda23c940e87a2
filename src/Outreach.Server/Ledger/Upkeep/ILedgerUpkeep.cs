using NodaTime;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>What an operator does with the ledger as a whole.</summary>
public interface ILedgerUpkeep
{
    /// <summary>Checks one state of the whole ledger while the server goes on.</summary>
    IAsyncEnumerable<VerifyProgress> VerifyAsync(CancellationToken cancel);

    /// <summary>Makes views, promises, index and keys anew from the facts, and drops snapshots. Writes wait while it runs.</summary>
    IAsyncEnumerable<RebuildProgress> RebuildAsync(CancellationToken cancel);

    /// <summary>Every fact in the order of commit, after a position.</summary>
    /// <param name="after">A position and how many facts of the commit after it to pass over.</param>
    /// <param name="cancel">Ends it.</param>
    IAsyncEnumerable<StoredFact> ExportAsync(ExportPosition after, CancellationToken cancel);
}

/// <summary>How far a check is.</summary>
/// <param name="FactsChecked">Facts checked so far.</param>
/// <param name="FactsTotal">Facts there are.</param>
/// <param name="Finding">Something that is wrong; null where this only tells of progress.</param>
public readonly record struct VerifyProgress(long FactsChecked, long FactsTotal, string? Finding);

/// <summary>How far a rebuild is.</summary>
/// <param name="FactsReplayed">Facts replayed so far.</param>
/// <param name="FactsTotal">Facts there are.</param>
public readonly record struct RebuildProgress(long FactsReplayed, long FactsTotal);

/// <summary>A place in the ledger: behind a commit, and so many facts into the next.</summary>
public readonly record struct ExportPosition(long Position, int FactOffset);

/// <summary>A fact as it is stored.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its version in the stream.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Kind">What kind of fact it is; empty where it does not say.</param>
/// <param name="Json">The fact.</param>
/// <param name="NextPosition">The place after it.</param>
public sealed record StoredFact(string Stream, long Version, Instant RecordedAt, string Kind, string Json, ExportPosition NextPosition);
