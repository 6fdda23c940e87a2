using System.ComponentModel;
using Outreach.Tool.Import.Columns;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Mapping;

/// <summary>Rows that are left out.</summary>
public sealed record RowFilter : IColumnRule
{
    [Description("The column.")]
    public string Column { get; init; } = "";

    [Description("Rows are left out where the column has one of these texts. Letter case and spaces do not matter.")]
    public IReadOnlyList<string> Values { get; init; } = [];

    IEnumerable<string> IColumnRule.Columns => [Column];

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.column", Column);
        if (Values.Count == 0)
            errors.Add($"{path}.values", "is required");
    }

    /// <summary>Whether a row is left out.</summary>
    public bool Matches(Row row) =>
        Values.Select(Spelling.Normalize).Contains(Spelling.Normalize(row.RawValue(Column)));
}
