using Outreach.Protocol.Catalog.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>How rows become products.</summary>
public sealed record ProductMapping : ImportMapping
{
    /// <summary>The product's id.</summary>
    public TextColumns ProductId { get; init; } = new();

    /// <summary>Its name.</summary>
    public TextColumns Name { get; init; } = new();

    /// <summary>What funders count it as.</summary>
    public EnumColumn<Category> Category { get; init; } = new();

    /// <summary>How it comes.</summary>
    public EnumColumn<Form> Form { get; init; } = new();

    /// <summary>Strength as printed.</summary>
    public TextColumns? Strength { get; init; }

    /// <summary>Doses in one unit of issue; absent: none.</summary>
    public CountColumn? DosesPerUnit { get; init; }

    /// <summary>Pieces in one unit of issue; absent: one.</summary>
    public CountColumn? ItemsPerUnit { get; init; }

    /// <summary>The unit that is handed out.</summary>
    public TextColumns UnitOfIssue { get; init; } = new();

    /// <summary>Its GTIN.</summary>
    public TextColumns? Gtin { get; init; }

    /// <summary>Whether its lots are told apart; absent: they are not.</summary>
    public YesNoColumn? TracksLots { get; init; }

    /// <summary>Whether its lots expire; absent: they do not.</summary>
    public YesNoColumn? TracksExpiry { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(string Path, IColumnRule? Rule)> Rules =>
    [
        ("product_id", ProductId), ("name", Name), ("category", Category), ("form", Form), ("strength", Strength),
        ("doses_per_unit", DosesPerUnit), ("items_per_unit", ItemsPerUnit), ("unit_of_issue", UnitOfIssue), ("gtin", Gtin),
        ("tracks_lots", TracksLots), ("tracks_expiry", TracksExpiry),
    ];
}
