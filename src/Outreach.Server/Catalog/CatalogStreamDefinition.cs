using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Catalog;

/// <summary>The catalog: one stream, and so one writer, for all products, because ids and codes must be unique.</summary>
public sealed class CatalogStreamDefinition : StreamDefinition<CatalogState, CatalogEvent>
{
    /// <summary>The id of the one stream.</summary>
    public const string StreamId = "all";

    /// <summary>Products by id; retired is "1" or empty.</summary>
    public static readonly SettingsView<Product> Products = new(
        "products",
        "product_id",
        CatalogJson.Document,
        ("category", product => product.Category.ToString()),
        ("retired", product => product.Retired ? "1" : ""));

    private CatalogStreamDefinition()
    {
    }

    public static CatalogStreamDefinition Instance { get; } = new();

    public override string Category => "catalog";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views { get; } = [Products.Table];

    public override JsonTypeInfo<CatalogEvent> FactJson => CatalogJson.Fact;

    public override JsonTypeInfo<CatalogState> StateJson => CatalogJson.State;

    public override CatalogState CreateInitialState(string id) => CatalogState.Empty;

    public override CatalogState Apply(CatalogState state, in RecordedFact<CatalogEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Project(in RecordedFact<CatalogEvent> recorded, Effects effects)
    {
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        Products.Set(recorded.Fact.ToVersioned(recorded.Version, recorded.RecordedAt), effects);
    }
}
