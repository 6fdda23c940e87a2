namespace Outreach.Tool.Import;

/// <summary>What became of a row.</summary>
public enum RowStatus
{
    /// <summary>It is recorded and counts, all of it.</summary>
    Imported,

    /// <summary>It is recorded and counts; something in it could not be used or is odd.</summary>
    ImportedWithNotes,

    /// <summary>The row was edited since an earlier import, and what the server has was corrected to what it says now.</summary>
    Corrected,

    /// <summary>The server keeps it whole, and it counts once a person releases it.</summary>
    Held,

    /// <summary>A person decided on it since an earlier import: released it in another form, dropped, corrected or voided it.</summary>
    Settled,

    /// <summary>The server has something else under its id. Nothing was changed.</summary>
    Different,

    /// <summary>It is empty, or the mapping excludes it.</summary>
    LeftOut,

    /// <summary>It is only in the file.</summary>
    Rejected,
}

/// <summary>What became of a row.</summary>
/// <param name="RowNumber">Its number, from 1.</param>
/// <param name="Key">What tells it apart in its source.</param>
/// <param name="Status">What became of it.</param>
/// <param name="ExistedBefore">True if the server had it before this import.</param>
/// <param name="Id">Its id at the server; empty if it has none.</param>
/// <param name="Notes">What could not be used.</param>
/// <param name="Reasons">Why it has this status.</param>
public sealed record RowResult(
    int RowNumber, string Key, RowStatus Status, bool ExistedBefore, string Id, IReadOnlyList<string> Notes, IReadOnlyList<string> Reasons)
{
    /// <summary>True if the server counts it as the row says it.</summary>
    public bool IsCounted => Status is RowStatus.Imported or RowStatus.ImportedWithNotes or RowStatus.Corrected;

    /// <summary>A row that is recorded.</summary>
    public static RowResult Imported<T>(PlannedRow<T> row, string id, bool existedBefore)
        where T : class =>
        Create(row, row.Notes.Count == 0 ? RowStatus.Imported : RowStatus.ImportedWithNotes, existedBefore, id);

    /// <summary>A row that waits for a person.</summary>
    public static RowResult Held<T>(PlannedRow<T> row, string id, bool existedBefore, IReadOnlyList<string> reasons)
        where T : class => Create(row, RowStatus.Held, existedBefore, id, reasons);

    /// <summary>A row that the server had before, in any other status.</summary>
    public static RowResult Existing<T>(PlannedRow<T> row, RowStatus status, string id, params IReadOnlyList<string> reasons)
        where T : class => Create(row, status, true, id, reasons);

    /// <summary>A row that is only in the file.</summary>
    public static RowResult Rejected<T>(PlannedRow<T> row, string id, params IReadOnlyList<string> reasons)
        where T : class => Create(row, RowStatus.Rejected, false, id, reasons);

    /// <summary>A row that is left out on purpose.</summary>
    public static RowResult LeftOut(int rowNumber, string key, string reason) =>
        new(rowNumber, key, RowStatus.LeftOut, false, "", [], [reason]);

    private static RowResult Create<T>(PlannedRow<T> row, RowStatus status, bool existedBefore, string id, params IReadOnlyList<string> reasons)
        where T : class => new(row.RowNumber, row.Key, status, existedBefore, id, row.Notes, reasons);
}
