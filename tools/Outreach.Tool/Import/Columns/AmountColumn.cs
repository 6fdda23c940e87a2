namespace Outreach.Tool.Import.Columns;

/// <summary>A column with a number that need not be whole.</summary>
public sealed record AmountColumn : IColumnRule
{
    /// <summary>The column.</summary>
    public string Column { get; init; } = "";

    /// <summary>What it must be above.</summary>
    public decimal Above { get; init; }

    /// <summary>The most that is plausible, inclusive.</summary>
    public decimal Most { get; init; } = decimal.MaxValue;

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        problems.Require($"{path}.column", Column);
        if (Most <= Above)
            problems.Add($"{path}.most", $"{Most} is not over above, {Above}");
    }

    /// <summary>The amount; null where the column says nothing or nothing plausible, which is noted.</summary>
    public decimal? Read(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return null;
        if (!NumberText.TryParse(text, out var number))
            notes.Add(Column, "it is not a number; not used");
        else if (number <= Above)
            notes.Add(Column, $"{NumberText.Format(number)} is not above {Above}; not used");
        else if (number > Most)
            notes.Add(Column, $"{NumberText.Format(number)} is above {Most}{NumberText.SpreadsheetHint(number)}; not used");
        else
            return number;
        return null;
    }
}
