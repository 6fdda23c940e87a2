using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Sites;
using Outreach.Server.Ledger;

namespace Outreach.Server.Sites;

/// <summary>The settings of sites, a stream for each site.</summary>
public sealed class SiteStreamDefinition : StreamDefinition<SiteState, SiteEvent>
{
    /// <summary>Sites by id. The document is a <see cref="SiteEntry"/>; closed is "1" or empty.</summary>
    public static readonly DocumentView Sites = new("sites", ["site_id"], ["kind", "closed", "organization_id"]);

    private SiteStreamDefinition()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static SiteStreamDefinition Instance { get; } = new();

    public override string Category => "site";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views => [Sites];

    public override JsonTypeInfo<SiteEvent> FactJson => SiteJson.Fact;

    public override JsonTypeInfo<SiteState> StateJson => SiteJson.State;

    public override SiteState CreateInitialState(string id) => SiteState.Empty;

    public override SiteState Apply(SiteState state, in RecordedFact<SiteEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Project(in RecordedFact<SiteEvent> recorded, Effects effects)
    {
        var entry = SiteEntry.From(recorded.Fact, recorded.Version, recorded.RecordedAt);
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(
            Sites,
            new RowKey(entry.Site.Id.Value),
            JsonSerializer.Serialize(entry, SiteJson.Entry),
            entry.Site.Kind.ToString(),
            entry.Site.Closed ? "1" : "",
            entry.Site.Organization.Value);
    }
}
