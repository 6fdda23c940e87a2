using NodaTime;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Maintenance of the whole ledger, for operators.</summary>
public interface ILedgerUpkeep
{
    /// <summary>Checks one consistent state of the whole ledger. Writes continue meanwhile.</summary>
    IAsyncEnumerable<VerifyProgress> VerifyAsync(CancellationToken cancel);

    /// <summary>Computes views, promises, index and keys again from the events, and deletes snapshots. Writes wait while it runs.</summary>
    IAsyncEnumerable<RebuildProgress> RebuildAsync(CancellationToken cancel);

    /// <summary>Yields every event after a position, in the order of commit, up to the last commit at the time of the call.</summary>
    /// <param name="after">A position, and the number of events to skip in the commit after it.</param>
    /// <param name="cancel">Ends the export.</param>
    IAsyncEnumerable<StoredFact> ExportAsync(ExportPosition after, CancellationToken cancel);
}

/// <summary>The progress of a check.</summary>
/// <param name="FactsChecked">The number of events checked so far.</param>
/// <param name="FactsTotal">The number of events to check.</param>
/// <param name="Finding">Something that is wrong; null if this only reports progress.</param>
public readonly record struct VerifyProgress(long FactsChecked, long FactsTotal, string? Finding);

/// <summary>The progress of a rebuild.</summary>
/// <param name="FactsReplayed">The number of events replayed so far.</param>
/// <param name="FactsTotal">The number of events to replay.</param>
public readonly record struct RebuildProgress(long FactsReplayed, long FactsTotal);

/// <summary>A place in the ledger: the position of a commit, and a number of events in the commit after it.</summary>
public readonly record struct ExportPosition(long Position, int FactOffset);

/// <summary>An event as it is stored.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its version in the stream.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Kind">The <c>kind</c> of the event; empty if it has none.</param>
/// <param name="Json">The event.</param>
/// <param name="NextPosition">The place after the event.</param>
public sealed record StoredFact(string Stream, long Version, Instant RecordedAt, string Kind, string Json, ExportPosition NextPosition);
