using System.ComponentModel;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>How rows become receipts: stock that came in.</summary>
public sealed record ReceiptMapping : ImportMapping
{
    [Description("The site that received the stock.")]
    public SiteColumn Site { get; init; } = new();

    [Description("When the stock came in.")]
    public DateTimeColumn Occurred { get; init; } = new();

    [Description("The id of the product of every row; instead of product_column.")]
    public string Product { get; init; } = "";

    [Description("The column with the product's id.")]
    public string ProductColumn { get; init; } = "";

    [Description("Units of issue, 1 to 1,000,000.")]
    public CountColumn Units { get; init; } = new();

    [Description("The lot number. Needed for products whose lots are told apart.")]
    public TextColumns? Lot { get; init; }

    [Description("The last day that the lot can be used. Needed for products that expire.")]
    public DayColumn? ExpiresOn { get; init; }

    [Description("Whom the stock came from.")]
    public TextColumns? Supplier { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(string Path, IColumnRule? Rule)> Rules =>
    [
        ("site", Site), ("occurred", Occurred), ("product", new ProductRule(Product, ProductColumn)), ("units", Units), ("lot", Lot),
        ("expires_on", ExpiresOn), ("supplier", Supplier),
    ];
}
