using System.ComponentModel;
using Outreach.Protocol.Catalog.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>How rows become products.</summary>
public sealed record ProductMapping : ImportMapping
{
    [Description("The product's id.")]
    public TextColumns ProductId { get; init; } = new();

    [Description("Its name.")]
    public TextColumns Name { get; init; } = new();

    [Description("What funders count it as.")]
    public EnumColumn<Category> Category { get; init; } = new();

    [Description("How it comes.")]
    public EnumColumn<Form> Form { get; init; } = new();

    [Description("Strength as printed.")]
    public TextColumns? Strength { get; init; }

    [Description("Doses in one unit of issue; absent: none.")]
    public CountColumn? DosesPerUnit { get; init; }

    [Description("Pieces in one unit of issue; absent: one.")]
    public CountColumn? ItemsPerUnit { get; init; }

    [Description("The unit that is handed out.")]
    public TextColumns UnitOfIssue { get; init; } = new();

    [Description("Its GTIN.")]
    public TextColumns? Gtin { get; init; }

    [Description("Whether its lots are told apart; absent: they are not.")]
    public YesNoColumn? TracksLots { get; init; }

    [Description("Whether its lots expire; absent: they do not.")]
    public YesNoColumn? TracksExpiry { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(string Path, IColumnRule? Rule)> Rules =>
    [
        ("product_id", ProductId), ("name", Name), ("category", Category), ("form", Form), ("strength", Strength),
        ("doses_per_unit", DosesPerUnit), ("items_per_unit", ItemsPerUnit), ("unit_of_issue", UnitOfIssue), ("gtin", Gtin),
        ("tracks_lots", TracksLots), ("tracks_expiry", TracksExpiry),
    ];
}
