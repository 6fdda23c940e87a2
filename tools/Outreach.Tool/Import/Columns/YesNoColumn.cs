using System.ComponentModel;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>A column that says yes or no.</summary>
public sealed record YesNoColumn : IColumnRule
{
    [Description("The column.")]
    public string Column { get; init; } = "";

    [Description("How the file spells yes. Letter case does not matter.")]
    public IReadOnlyList<string> Yes { get; init; } = [];

    [Description("How the file spells no. Letter case does not matter.")]
    public IReadOnlyList<string> No { get; init; } = [];

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        if (Yes.Count == 0)
            errors.Add($"{path}.yes", "is required");
    }

    /// <summary>Yes or no; null where the column says neither, which is noted unless it has no value.</summary>
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
