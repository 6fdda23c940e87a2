using System.Data.Common;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>
/// A stream for each site: its stock and its encounters. There are streams also for ids that no site has (yet), and one for
/// records that were sent to what can be no site's id. The class that derives adds the encounters.
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

    /// <summary>The id of the stream for what was sent to a site: the site's id, or, for what can be no site's id, one that no site can have.</summary>
    public static string StreamIdFor(string siteId) => Slug.IsValid(siteId) ? siteId : StreamName.UnassignedId;

    /// <summary>The same for a site id that was parsed; the default where it could not be.</summary>
    public static string StreamIdFor(SiteId site) => site.Value ?? StreamName.UnassignedId;

    public override StockState CreateInitialState(string id) => StockState.Empty;

    public override StockState Apply(StockState state, in RecordedFact<StockEvent> recorded) => state.Apply(recorded.Fact, recorded.RecordedAt);

    public override void Project(in RecordedFact<StockEvent> recorded, Effects effects) => StockProjection.Project(recorded, effects);

    public override IEnumerable<string> FindInconsistencies(string id, StockState state, DbConnection views) =>
        StockReconciliation.FindDiscrepancies(id, state, views);
}
