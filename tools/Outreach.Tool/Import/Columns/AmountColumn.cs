using System.ComponentModel;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>A column with a number that need not be whole.</summary>
public sealed record AmountColumn : IColumnRule
{
    [Description("The column.")]
    public string Column { get; init; } = "";

    [Description("The smallest plausible value, inclusive. A smaller one is noted and not used.")]
    public decimal Min { get; init; }

    [Description("The largest plausible value, inclusive. A larger one is noted and not used.")]
    public decimal Max { get; init; } = decimal.MaxValue;

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        if (Max < Min)
            errors.Add($"{path}.max", $"{Max} is less than min, {Min}");
    }

    /// <summary>The amount; null where the column has no value or no plausible one, which is noted.</summary>
    public decimal? Read(Row row, RowNotes notes)
    {
        if (row[Column] is not { } text)
            return null;
        if (!row.Numbers.TryParse(text, out var number))
            notes.Add(Column, $"{NumberFormat.Quote(text)} is not a number; not used");
        else if (number < Min)
            notes.Add(Column, $"{NumberFormat.Describe(number)} is less than {Min}; not used");
        else if (number > Max)
            notes.Add(Column, $"{NumberFormat.Describe(number)} is more than {Max}{NumberFormat.SpreadsheetHint(number)}; not used");
        else
            return number;
        return null;
    }
}
