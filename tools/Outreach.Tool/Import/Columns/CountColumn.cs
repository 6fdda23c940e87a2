namespace Outreach.Tool.Import.Columns;

/// <summary>A column with a whole number.</summary>
public sealed record CountColumn : IColumnRule
{
    /// <summary>What is sent for a quantity that cannot be read, so that the server holds the record for a person.</summary>
    public const int ImpossibleCount = -1;

    /// <summary>The column.</summary>
    public string Column { get; init; } = "";

    /// <summary>The least that is plausible, inclusive.</summary>
    public int Least { get; init; }

    /// <summary>The most that is plausible, inclusive; beyond it a keying mistake is likelier than a count.</summary>
    public int Most { get; init; } = int.MaxValue;

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        problems.Require($"{path}.column", Column);
        if (Most < Least)
            problems.Add($"{path}.most", $"{Most} is below least, {Least}");
    }

    /// <summary>The count; null where the column says nothing or nothing plausible, which is noted.</summary>
    public int? ReadPlausible(Row row, RowNotes notes)
    {
        if (ParseWhole(row, notes) is not { } number)
            return null;
        if (number >= Least && number <= Most)
            return (int)number;
        notes.Add(Column, $"{NumberText.Format(number)} is outside {Least} to {Most}{NumberText.SpreadsheetHint(number)}; not used");
        return null;
    }

    /// <summary>
    /// The count as it was typed, also an impossible one: the server holds the record then, and nothing is lost.
    /// Null where the column says nothing.
    /// </summary>
    public int? ReadAsTyped(Row row, RowNotes notes)
    {
        if (row[Column] is null)
            return null;
        return ParseWhole(row, notes) is { } number ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : ImpossibleCount;
    }

    /// <summary>
    /// As <see cref="ReadAsTyped"/>; a word that says that the quantity is not known, such as "NA", is noted. An empty cell is
    /// taken for none, as people leave them.
    /// </summary>
    public int? ReadQuantity(Row row, RowNotes notes)
    {
        if (row[Column] is null && row.RawValue(Column).Length > 0)
            notes.Add(Column, "it does not say how many; none are counted");
        return ReadAsTyped(row, notes);
    }

    private decimal? ParseWhole(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return null;
        if (NumberText.TryParse(text, out var number) && decimal.Truncate(number) == number)
            return number;
        notes.Add(Column, "it is not a whole number; not used");
        return null;
    }
}
