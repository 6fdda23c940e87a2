using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>The settings of organizations, a stream for each.</summary>
public sealed class OrganizationFamily : Family<OrganizationState, OrganizationEvent>
{
    /// <summary>Organizations by id. The document is an <see cref="OrganizationEntry"/>.</summary>
    public static readonly Card Organizations = new("organizations", ["organization_id"], []);

    private OrganizationFamily()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static OrganizationFamily Instance { get; } = new();

    public override string Name => "organization";

    public override int SnapshotForm => 1;

    public override IReadOnlyList<View> Views => [Organizations];

    public override JsonTypeInfo<OrganizationEvent> FactJson => AccessJson.OrganizationFact;

    public override JsonTypeInfo<OrganizationState> StateJson => AccessJson.OrganizationSnapshot;

    public override OrganizationState Empty(string id) => OrganizationState.Empty;

    public override OrganizationState Apply(OrganizationState state, in Recorded<OrganizationEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Describe(in Recorded<OrganizationEvent> recorded, Effects effects)
    {
        var entry = OrganizationEntry.Of(recorded.Fact, recorded.Version, recorded.RecordedAt);
        effects.Occurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(Organizations, new RowKey(recorded.Id), JsonSerializer.Serialize(entry, AccessJson.OrganizationDocument));
    }
}
