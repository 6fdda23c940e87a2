using System.Data.Common;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>
/// One stream per site with its stock and encounters. There are also streams for ids without a site (yet), and one for
/// records that were sent with an invalid site id. The derived class adds the encounters.
/// </summary>
internal abstract class StockStreamDefinition : StreamDefinition<StockState, StockEvent>
{
    public const string CategoryName = "stock";

    public override string Category => CategoryName;

    public override int SnapshotSchemaVersion => 2;

    public override JsonTypeInfo<StockState> StateJson => StockJson.State;

    public override IReadOnlyList<View> Views => StockViews.All;

    /// <summary>The name of a site's stream.</summary>
    public static string GetStreamName(string siteId) => $"{CategoryName}/{siteId}";

    /// <summary>The id of the stream for records that were sent with a site id: the site id, or for an invalid one an id that no site can have.</summary>
    public static string StreamIdFor(string siteId) => Slug.IsValid(siteId) ? siteId : StreamName.UnassignedId;

    /// <summary>The id of the stream for a parsed site id, which is the default value if it was invalid.</summary>
    public static string StreamIdFor(SiteId site) => site.Value ?? StreamName.UnassignedId;

    public override StockState CreateInitialState(string id) => StockState.Empty;

    public override StockState Apply(StockState state, in RecordedFact<StockEvent> recorded) => state.Apply(recorded.Fact, recorded.RecordedAt);

    public override void Project(in RecordedFact<StockEvent> recorded, Effects effects) => StockProjection.Project(recorded, effects);

    public override IEnumerable<string> FindInconsistencies(string id, StockState state, DbConnection views) =>
        StockReconciliation.FindDiscrepancies(id, state, views);
}
