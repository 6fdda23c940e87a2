using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>The stream of a site's stock, with its encounters.</summary>
internal sealed class EncounterStreamDefinition : StockStreamDefinition
{
    public override JsonTypeInfo<StockEvent> FactJson => EncounterJson.Fact;

    public override IReadOnlyList<View> Views { get; } = [.. StockViews.All, .. EncounterViews.All];

    public override void Project(in RecordedFact<StockEvent> recorded, Effects effects)
    {
        base.Project(recorded, effects);
        EncounterProjection.Project(recorded, effects);
    }
}
