namespace Outreach.Tool.Import;

/// <summary>What became of a row.</summary>
public enum RowClass
{
    /// <summary>It is recorded and counts, all of it.</summary>
    Taken,

    /// <summary>It is recorded and counts; something in it could not be used or is odd.</summary>
    TakenWithNote,

    /// <summary>The server keeps it whole, and it counts once a person releases it.</summary>
    Held,

    /// <summary>The server held it at an earlier import, and a person has decided on it since.</summary>
    Settled,

    /// <summary>It is only in the file.</summary>
    NotTaken,
}

/// <summary>What became of a row.</summary>
/// <param name="Row">Its number, from 1.</param>
/// <param name="Key">What tells it apart in its source.</param>
/// <param name="Class">What became of it.</param>
/// <param name="ThereBefore">Whether the server had it already, the same.</param>
/// <param name="Id">The id it was sent under; empty where it was not.</param>
/// <param name="Notes">What could not be used.</param>
/// <param name="Reasons">Why it was held or not taken.</param>
public sealed record RowOutcome(
    int Row, string Key, RowClass Class, bool ThereBefore, string Id, IReadOnlyList<string> Notes, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether the server counts it as the row says it; what a person released may have been set right first.</summary>
    public bool Counts => Class is RowClass.Taken or RowClass.TakenWithNote;

    /// <summary>A row that is recorded.</summary>
    public static RowOutcome Taken<T>(Planned<T> row, string id, bool thereBefore)
        where T : class =>
        new(row.Row, row.Key, row.Notes.Count == 0 ? RowClass.Taken : RowClass.TakenWithNote, thereBefore, id, row.Notes, []);

    /// <summary>A row that waits for a person.</summary>
    public static RowOutcome Held<T>(Planned<T> row, string id, bool thereBefore, IReadOnlyList<string> reasons)
        where T : class => new(row.Row, row.Key, RowClass.Held, thereBefore, id, row.Notes, reasons);

    /// <summary>A row that waited for a person, who has decided.</summary>
    public static RowOutcome Settled<T>(Planned<T> row, string id, string decision)
        where T : class => new(row.Row, row.Key, RowClass.Settled, true, id, row.Notes, [decision]);

    /// <summary>A row that is only in the file.</summary>
    public static RowOutcome NotTaken<T>(Planned<T> row, string id, params IReadOnlyList<string> reasons)
        where T : class => new(row.Row, row.Key, RowClass.NotTaken, false, id, row.Notes, reasons);
}
