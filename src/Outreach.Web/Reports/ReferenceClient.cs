using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Sites.V1;

namespace Outreach.Web.Reports;

/// <summary>Reads what goes with an overview: names, and the records that wait for a person.</summary>
public sealed class ReferenceClient(
    SiteService.SiteServiceClient sites,
    CatalogService.CatalogServiceClient catalog,
    EncounterService.EncounterServiceClient encounters)
{
    /// <summary>How many waiting records are shown; more are only counted.</summary>
    public const int MaxHeldShown = 20;

    private const int PageSize = 1000;

    /// <summary>Every site and product, also those that are closed or retired: figures of the past name them.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached or refused.</exception>
    public async Task<DisplayNames> GetNamesAsync(CancellationToken cancel)
    {
        var allSites = await ListAllSitesAsync(cancel);
        var allProducts = await ListAllProductsAsync(cancel);
        return new DisplayNames(allSites, allProducts);
    }

    /// <summary>The first records that wait, at most <see cref="MaxHeldShown"/>.</summary>
    /// <param name="siteId">Only those sent to this site; null for all.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached or refused.</exception>
    public async Task<IReadOnlyList<HeldEncounter>> ListHeldAsync(string? siteId, CancellationToken cancel)
    {
        var request = new ListHeldEncountersRequest { PageSize = MaxHeldShown, SiteId = siteId ?? "" };
        return (await encounters.ListHeldEncountersAsync(request, cancellationToken: cancel)).Held;
    }

    private async Task<List<Site>> ListAllSitesAsync(CancellationToken cancel)
    {
        var all = new List<Site>();
        var request = new ListSitesRequest { PageSize = PageSize, IncludeClosed = true };
        do
        {
            var page = await sites.ListSitesAsync(request, cancellationToken: cancel);
            all.AddRange(page.Sites);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return all;
    }

    private async Task<List<Product>> ListAllProductsAsync(CancellationToken cancel)
    {
        var all = new List<Product>();
        var request = new ListProductsRequest { PageSize = PageSize, IncludeRetired = true };
        do
        {
            var page = await catalog.ListProductsAsync(request, cancellationToken: cancel);
            all.AddRange(page.Products);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return all;
    }
}
