using System.ComponentModel;
using Outreach.Tool.Import.Columns;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Mapping;

/// <summary>Two columns of which one should not be larger than the other.</summary>
public sealed record ColumnCheck : IColumnRule
{
    [Description("The column that should not be larger.")]
    public string Column { get; init; } = "";

    [Description("The column that it should not be larger than.")]
    public string MaxColumn { get; init; } = "";

    IEnumerable<string> IColumnRule.Columns => [Column, MaxColumn];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        errors.Require($"{path}.max_column", MaxColumn);
    }

    /// <summary>Adds a note if the column is larger; nothing if either has no number.</summary>
    public void AddNoteIfExceeded(Row row, RowNotes notes)
    {
        if (row[Column] is { } text && row[MaxColumn] is { } maxText
            && row.Numbers.TryParse(text, out var number) && row.Numbers.TryParse(maxText, out var max) && number > max)
            notes.Add(Column, $"{NumberFormat.Describe(number)} is more than {MaxColumn}, {NumberFormat.Describe(max)}");
    }
}
