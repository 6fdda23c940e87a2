using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Catalog;
using Outreach.Server.Ledger;

namespace Outreach.Server.Catalog;

/// <summary>The catalogue's one stream: all products have one writer, so that ids and codes are unique.</summary>
public sealed class CatalogStreamDefinition : StreamDefinition<CatalogState, CatalogEvent>
{
    /// <summary>The id of the one stream.</summary>
    public const string StreamId = "all";

    /// <summary>Products by id. The document is a <see cref="CatalogEntry"/>; retired is "1" or empty.</summary>
    public static readonly DocumentView Products = new("products", ["product_id"], ["category", "retired"]);

    private CatalogStreamDefinition()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static CatalogStreamDefinition Instance { get; } = new();

    public override string Category => "catalog";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views => [Products];

    public override JsonTypeInfo<CatalogEvent> FactJson => CatalogJson.Fact;

    public override JsonTypeInfo<CatalogState> StateJson => CatalogJson.State;

    public override CatalogState CreateInitialState(string id) => CatalogState.Empty;

    public override CatalogState Apply(CatalogState state, in RecordedFact<CatalogEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Project(in RecordedFact<CatalogEvent> recorded, Effects effects)
    {
        var entry = CatalogEntry.From(recorded.Fact, recorded.Version, recorded.RecordedAt);
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(
            Products,
            new RowKey(entry.Product.Id.Value),
            JsonSerializer.Serialize(entry, CatalogJson.Entry),
            entry.Product.Category.ToString(),
            entry.Product.Retired ? "1" : "");
    }
}
