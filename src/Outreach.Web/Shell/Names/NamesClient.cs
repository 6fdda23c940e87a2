using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Web.Shell.Kit;

namespace Outreach.Web.Shell.Names;

/// <summary>Reads what people call sites and products.</summary>
public sealed class NamesClient(SiteService.SiteServiceClient sites, CatalogService.CatalogServiceClient catalog)
{
    /// <summary>Every site and product, also those that are closed or retired: records of the past name them.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached or refused.</exception>
    public async Task<DisplayNames> GetNamesAsync(CancellationToken cancel)
    {
        var allSites = await ListSitesAsync(includeClosed: true, cancel);
        var allProducts = await AllPages.ReadAsync(async pageToken =>
        {
            var request = new ListProductsRequest { PageSize = AllPages.PageSize, PageToken = pageToken, IncludeRetired = true };
            var page = await catalog.ListProductsAsync(request, cancellationToken: cancel);
            return (page.Products, page.NextPageToken);
        });
        return new DisplayNames(allSites, allProducts);
    }

    /// <summary>Every site that the person has a role at.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached or refused.</exception>
    public Task<List<Site>> ListSitesAsync(bool includeClosed, CancellationToken cancel) => AllPages.ReadAsync(async pageToken =>
    {
        var request = new ListSitesRequest { PageSize = AllPages.PageSize, PageToken = pageToken, IncludeClosed = includeClosed };
        var page = await sites.ListSitesAsync(request, cancellationToken: cancel);
        return (page.Sites, page.NextPageToken);
    });
}
