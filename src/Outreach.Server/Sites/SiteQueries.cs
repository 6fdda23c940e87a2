using System.Text.Json;
using Outreach.Domain.Sites;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Sites.V1;

namespace Outreach.Server.Sites;

/// <summary>Which sites are asked for.</summary>
/// <param name="TokenScope">The list and its filters, for the token of the next page.</param>
/// <param name="Page">Which page.</param>
/// <param name="Kind">Only this one; null for all.</param>
/// <param name="IncludeClosed">Whether closed sites are in it.</param>
/// <param name="Scope">Only these.</param>
internal sealed record SiteFilter(string TokenScope, PageRequest Page, SiteKind? Kind, bool IncludeClosed, SiteScope Scope);

/// <summary>Reads sites from the view.</summary>
internal static class SiteQueries
{
    /// <summary>The site with an id, closed or not; null where there is none.</summary>
    public static async Task<SiteEntry?> FindAsync(ILedger ledger, string siteId, CancellationToken cancel) =>
        await DocumentQueries.FindAsync(ledger, SiteStreamDefinition.Sites, siteId, cancel) is { } doc ? Deserialize(doc) : null;

    public static async Task<Wire.ListSitesResponse> ListAsync(ILedger ledger, SiteFilter asked, CancellationToken cancel)
    {
        (string, string?)[] finders =
        [
            ("kind", asked.Kind?.ToString()), ("closed", asked.IncludeClosed ? null : ""), ("organization_id", asked.Scope.Organization.Value),
        ];
        var docs = await DocumentQueries.ListAsync(
            ledger, SiteStreamDefinition.Sites, asked.Page.After?[0], asked.Page.Size + 1, finders, containsText: "", cancel, keys: asked.Scope.SiteIds);
        var sites = docs.Take(asked.Page.Size).Select(doc => SiteWire.ToWire(Deserialize(doc)));

        var response = new Wire.ListSitesResponse();
        response.Sites.AddRange(sites);
        if (docs.Count > asked.Page.Size)
            response.NextPageToken = Paging.CreateToken(asked.TokenScope, response.Sites[^1].SiteId);
        return response;
    }

    private static SiteEntry Deserialize(string doc) => JsonSerializer.Deserialize(doc, SiteJson.Entry)!;
}
