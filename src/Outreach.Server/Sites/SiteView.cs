using System.Text.Json;
using Outreach.Domain.Sites;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Sites.V1;

namespace Outreach.Server.Sites;

/// <summary>Which sites are asked for.</summary>
/// <param name="List">The list and its filters, for the token of the next page.</param>
/// <param name="Page">Which page.</param>
/// <param name="Kind">Only this one; null for all.</param>
/// <param name="IncludeClosed">Whether closed sites are in it.</param>
/// <param name="Seen">Only these.</param>
internal sealed record SitesAsked(string List, PageAsked Page, SiteKind? Kind, bool IncludeClosed, SeenSites Seen);

/// <summary>Reads sites from the view.</summary>
internal static class SiteView
{
    /// <summary>The site with an id, closed or not; null where there is none.</summary>
    public static async Task<SiteEntry?> FindAsync(ILedger ledger, string siteId, CancellationToken cancel) =>
        await Cards.FindAsync(ledger, SiteFamily.Sites, siteId, cancel) is { } doc ? Read(doc) : null;

    public static async Task<Wire.ListSitesResponse> ListAsync(ILedger ledger, SitesAsked asked, CancellationToken cancel)
    {
        (string, string?)[] finders =
        [
            ("kind", asked.Kind?.ToString()), ("closed", asked.IncludeClosed ? null : ""), ("organization_id", asked.Seen.Organization.Value),
        ];
        var docs = await Cards.ListAsync(
            ledger, SiteFamily.Sites, asked.Page.After?[0], asked.Page.Size + 1, finders, says: "", cancel, only: asked.Seen.Only);
        var sites = docs.Take(asked.Page.Size).Select(doc => SiteWire.Write(Read(doc)));

        var response = new Wire.ListSitesResponse();
        response.Sites.AddRange(sites);
        if (docs.Count > asked.Page.Size)
            response.NextPageToken = Paging.Token(asked.List, response.Sites[^1].SiteId);
        return response;
    }

    private static SiteEntry Read(string doc) => JsonSerializer.Deserialize(doc, SiteJson.Entry)!;
}
