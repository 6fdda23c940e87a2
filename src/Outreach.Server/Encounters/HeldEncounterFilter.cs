using Outreach.Domain.Encounters;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>The filter of a list of held records.</summary>
/// <param name="TokenScope">The list and its filters, for the token of the next page.</param>
/// <param name="Site">The stream id, as <see cref="StockStreamDefinition.StreamIdFor(string)"/> returns it; empty for all.</param>
internal sealed record HeldEncounterFilter(string TokenScope, PageRequest Page, string Site, HeldRecordState State)
{
    public static HeldEncounterFilter Parse(Wire.ListHeldEncountersRequest wire)
    {
        var violations = new Violations();
        var site = wire.SiteId.Length > 0 ? StockStreamDefinition.StreamIdFor(wire.SiteId) : "";
        if (!WireEnums.TryParse(wire.State, out HeldRecordState state))
            violations.Add("state", $"must be a value that this server knows; this is {wire.State}.");
        if (state == default)
            state = HeldRecordState.Waiting;
        var list = $"held/{site}/{state}";
        var page = Paging.Parse(wire.PageSize, wire.PageToken, list, keyParts: 3, violations);
        violations.ThrowIfAny();
        return new HeldEncounterFilter(list, page, site, state);
    }
}
