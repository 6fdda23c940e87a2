namespace Outreach.Tool.Import.Columns;

/// <summary>A column that says yes or no.</summary>
public sealed record YesNoColumn : IColumnRule
{
    /// <summary>The column.</summary>
    public string Column { get; init; } = "";

    /// <summary>How yes is spelled; letter case does not matter.</summary>
    public IReadOnlyList<string> Yes { get; init; } = [];

    /// <summary>How no is spelled.</summary>
    public IReadOnlyList<string> No { get; init; } = [];

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        problems.Require($"{path}.column", Column);
        if (Yes.Count == 0)
            problems.Add($"{path}.yes", "it is required");
    }

    /// <summary>Yes or no; null where the column says neither, which is noted unless it says nothing.</summary>
    public bool? Read(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return null;
        if (Yes.Contains(text, StringComparer.OrdinalIgnoreCase))
            return true;
        if (No.Contains(text, StringComparer.OrdinalIgnoreCase))
            return false;
        notes.Add(Column, "it is neither yes nor no; not used");
        return null;
    }
}
