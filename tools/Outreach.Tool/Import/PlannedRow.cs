namespace Outreach.Tool.Import;

/// <summary>What a row of the file is to become.</summary>
/// <param name="RowNumber">Its number, from 1.</param>
/// <param name="Key">What tells it apart in its source.</param>
/// <param name="Record">What is to be sent; null where nothing can be.</param>
/// <param name="Notes">What of it could not be used and why, or what is odd about it. Never a text from the row.</param>
/// <param name="RejectionReason">Why it cannot be sent; null where it can.</param>
public sealed record PlannedRow<TRecord>(int RowNumber, string Key, TRecord? Record, IReadOnlyList<string> Notes, string? RejectionReason)
    where TRecord : class;
