namespace Outreach.Tool.Import.Columns;

/// <summary>Text put together from columns, in their order; what an earlier part says already is not said twice.</summary>
public sealed record TextColumns : IColumnRule
{
    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>What stands between the parts.</summary>
    public string Join { get; init; } = ", ";

    /// <summary>Texts that are left out where they are all that a column says.</summary>
    public IReadOnlyList<string> LeaveOut { get; init; } = [];

    IEnumerable<string> IColumnRule.Columns => Columns;

    void IColumnRule.Check(string path, MappingErrors problems)
    {
        if (Columns.Count == 0)
            problems.Add($"{path}.columns", "it needs one column or more");
    }

    /// <summary>The text; empty where all columns say nothing.</summary>
    public string Read(Row row)
    {
        var parts = new List<string>();
        foreach (var text in Columns.Select(c => row[c]).OfType<string>())
        {
            if (!LeaveOut.Contains(text) && !parts.Any(p => p.Contains(text, StringComparison.Ordinal)))
                parts.Add(text);
        }
        return string.Join(Join, parts);
    }
}
