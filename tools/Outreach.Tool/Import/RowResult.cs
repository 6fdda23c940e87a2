namespace Outreach.Tool.Import;

/// <summary>What became of a row.</summary>
public enum RowStatus
{
    /// <summary>It is recorded and counts, all of it.</summary>
    Imported,

    /// <summary>It is recorded and counts; something in it could not be used or is odd.</summary>
    ImportedWithNotes,

    /// <summary>The server keeps it whole, and it counts once a person releases it.</summary>
    Held,

    /// <summary>The server held it at an earlier import, and a person has decided on it since.</summary>
    Settled,

    /// <summary>It is only in the file.</summary>
    Rejected,
}

/// <summary>What became of a row.</summary>
/// <param name="RowNumber">Its number, from 1.</param>
/// <param name="Key">What tells it apart in its source.</param>
/// <param name="Status">What became of it.</param>
/// <param name="ExistedBefore">Whether the server had it already, the same.</param>
/// <param name="Id">The id it was sent under; empty where it was not.</param>
/// <param name="Notes">What could not be used.</param>
/// <param name="Reasons">Why it was held or not taken.</param>
public sealed record RowResult(
    int RowNumber, string Key, RowStatus Status, bool ExistedBefore, string Id, IReadOnlyList<string> Notes, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether the server counts it as the row says it; what a person released may have been set right first.</summary>
    public bool IsCounted => Status is RowStatus.Imported or RowStatus.ImportedWithNotes;

    /// <summary>A row that is recorded.</summary>
    public static RowResult Imported<T>(PlannedRow<T> row, string id, bool thereBefore)
        where T : class =>
        new(row.RowNumber, row.Key, row.Notes.Count == 0 ? RowStatus.Imported : RowStatus.ImportedWithNotes, thereBefore, id, row.Notes, []);

    /// <summary>A row that waits for a person.</summary>
    public static RowResult Held<T>(PlannedRow<T> row, string id, bool thereBefore, IReadOnlyList<string> reasons)
        where T : class => new(row.RowNumber, row.Key, RowStatus.Held, thereBefore, id, row.Notes, reasons);

    /// <summary>A row that waited for a person, who has decided.</summary>
    public static RowResult Settled<T>(PlannedRow<T> row, string id, string decision)
        where T : class => new(row.RowNumber, row.Key, RowStatus.Settled, true, id, row.Notes, [decision]);

    /// <summary>A row that is only in the file.</summary>
    public static RowResult Rejected<T>(PlannedRow<T> row, string id, params IReadOnlyList<string> reasons)
        where T : class => new(row.RowNumber, row.Key, RowStatus.Rejected, false, id, row.Notes, reasons);
}
