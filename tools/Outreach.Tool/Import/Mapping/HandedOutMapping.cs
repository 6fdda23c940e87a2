using System.ComponentModel;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>A line of what was handed out: one product, with its units in a column.</summary>
public sealed record HandedOutMapping
{
    [Description("The id of the product of every row; instead of product_column.")]
    public string Product { get; init; } = "";

    [Description("The column with the product's id.")]
    public string ProductColumn { get; init; } = "";

    [Description("Units of issue. 0 or an empty cell: nothing was handed out.")]
    public CountColumn Units { get; init; } = new();

    [Description("The lot.")]
    public TextColumns? Lot { get; init; }

    internal IEnumerable<(string Path, IColumnRule? Rule)> Rules(string path) =>
        [(path, new ProductRule(Product, ProductColumn)), ($"{path}.units", Units), ($"{path}.lot", Lot)];
}

/// <summary>The product of a row: always the same, or in a column.</summary>
internal sealed record ProductRule(string Product, string Column) : IColumnRule
{
    IEnumerable<string> IColumnRule.Columns => Column.Length == 0 ? [] : [Column];

    void IColumnRule.Check(string path, MappingErrors errors) => errors.RequireOne(path, ("product", Product), ("product_column", Column));
}
