using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>The settings of organizations, a stream for each.</summary>
public sealed class OrganizationStreamDefinition : StreamDefinition<OrganizationState, OrganizationEvent>
{
    /// <summary>Organizations by id. The document is an <see cref="OrganizationEntry"/>.</summary>
    public static readonly DocumentView Organizations = new("organizations", ["organization_id"], []);

    private OrganizationStreamDefinition()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static OrganizationStreamDefinition Instance { get; } = new();

    public override string Category => "organization";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views => [Organizations];

    public override JsonTypeInfo<OrganizationEvent> FactJson => AccessJson.OrganizationFact;

    public override JsonTypeInfo<OrganizationState> StateJson => AccessJson.OrganizationSnapshot;

    public override OrganizationState CreateInitialState(string id) => OrganizationState.Empty;

    public override OrganizationState Apply(OrganizationState state, in RecordedFact<OrganizationEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Project(in RecordedFact<OrganizationEvent> recorded, Effects effects)
    {
        var entry = OrganizationEntry.From(recorded.Fact, recorded.Version, recorded.RecordedAt);
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(Organizations, new RowKey(recorded.StreamId), JsonSerializer.Serialize(entry, AccessJson.OrganizationDocument));
    }
}
