using System.ComponentModel;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Columns;

/// <summary>Text joined from columns.</summary>
public sealed record TextColumns : IColumnRule
{
    [Description("The columns, joined in this order. A part that an earlier part already contains is left out.")]
    public IReadOnlyList<string> Columns { get; init; } = [];

    [Description("The text between the parts.")]
    public string Separator { get; init; } = ", ";

    [Description("Texts that are left out where they are all that a column says.")]
    public IReadOnlyList<string> Exclude { get; init; } = [];

    IEnumerable<string> IColumnRule.Columns => Columns;

    void IColumnRule.Check(string path, MappingErrors errors)
    {
        if (Columns.Count == 0)
            errors.Add($"{path}.columns", "needs one column or more");
    }

    /// <summary>The text; empty where no column has a value.</summary>
    public string Read(Row row)
    {
        var parts = new List<string>();
        foreach (var text in Columns.Select(c => row[c]).OfType<string>())
        {
            if (!Exclude.Contains(text) && !parts.Any(p => p.Contains(text, StringComparison.Ordinal)))
                parts.Add(text);
        }
        return string.Join(Separator, parts);
    }
}
