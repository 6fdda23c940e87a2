using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>Two columns of which one should not be larger.</summary>
public sealed record ColumnLimit : IColumnRule
{
    /// <summary>The column that should not be larger.</summary>
    public string Column { get; init; } = "";

    /// <summary>The column it should not be larger than.</summary>
    public string AtMost { get; init; } = "";

    IEnumerable<string> IColumnRule.Columns => [Column, AtMost];

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        problems.Require($"{path}.column", Column);
        problems.Require($"{path}.at_most", AtMost);
    }

    /// <summary>Notes where it does not hold; nothing where either says nothing.</summary>
    public void AddNoteIfExceeded(Row row, RowNotes notes)
    {
        if (row[Column] is { } small && row[AtMost] is { } large
            && NumberText.TryParse(small, out var less) && NumberText.TryParse(large, out var more) && less > more)
            notes.Add(Column, $"{NumberText.Format(less)} is more than {AtMost}, {NumberText.Format(more)}");
    }
}
