using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>Two columns of which one should not be larger.</summary>
public sealed record Expectation : IColumnRule
{
    /// <summary>The column that should not be larger.</summary>
    public string Column { get; init; } = "";

    /// <summary>The column it should not be larger than.</summary>
    public string AtMost { get; init; } = "";

    IEnumerable<string> IColumnRule.Columns => [Column, AtMost];

    void IColumnRule.Check(string path, Problems problems)
    {
        problems.Require($"{path}.column", Column);
        problems.Require($"{path}.at_most", AtMost);
    }

    /// <summary>Notes where it does not hold; nothing where either says nothing.</summary>
    public void Test(Row row, Notes notes)
    {
        if (row[Column] is { } small && row[AtMost] is { } large
            && Number.TryRead(small, out var less) && Number.TryRead(large, out var more) && less > more)
            notes.Add(Column, $"{Number.Shown(less)} is more than {AtMost}, {Number.Shown(more)}");
    }
}
