namespace Outreach.Tool.Import;

/// <summary>What a row of the file is to become.</summary>
/// <param name="RowNumber">Its number, from 1.</param>
/// <param name="Key">What tells it apart in its source.</param>
/// <param name="Record">What is to be sent; null if nothing can or should be.</param>
/// <param name="Notes">What could not be used and why, or what is odd. Never words from the row.</param>
/// <param name="RejectionReason">Why it cannot be sent; null if it can.</param>
public sealed record PlannedRow<TRecord>(int RowNumber, string Key, TRecord? Record, IReadOnlyList<string> Notes, string? RejectionReason)
    where TRecord : class
{
    /// <summary>The id that an earlier version of the tool gave to a row without a key; empty for others.</summary>
    public string EarlierId { get; init; } = "";

    /// <summary>Why the row is left out on purpose; null if it is not.</summary>
    public string? LeftOutReason { get; init; }
}
