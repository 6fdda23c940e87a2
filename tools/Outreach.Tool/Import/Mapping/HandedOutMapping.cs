using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>A line of what was handed out: one product, with its units in a column.</summary>
public sealed record HandedOutMapping
{
    /// <summary>The product of every row; empty where a column says it.</summary>
    public string Product { get; init; } = "";

    /// <summary>The column with the product's id; empty where it is always the same.</summary>
    public string ProductColumn { get; init; } = "";

    /// <summary>Units of issue; 0 is no line.</summary>
    public CountColumn Units { get; init; } = new();

    /// <summary>The lot.</summary>
    public TextColumns? Lot { get; init; }

    internal IEnumerable<(string Path, IColumnRule? Rule)> Rules(string path) =>
        [(path, new ProductColumnRule(Product, ProductColumn)), ($"{path}.units", Units), ($"{path}.lot", Lot)];

    private sealed record ProductColumnRule(string Always, string Column) : IColumnRule
    {
        IEnumerable<string> IColumnRule.Columns => Column.Length == 0 ? [] : [Column];

        void IColumnRule.Check(string path, MappingErrors problems)
        {
            if (Always.Length == 0 == (Column.Length == 0))
                problems.Add(path, "it needs either product or product_column");
        }
    }
}
