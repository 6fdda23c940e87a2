using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Web.Shell.Kit;

namespace Outreach.Web.Shell.Names;

/// <summary>Reads the names of sites and products.</summary>
public sealed class NamesClient(SiteService.SiteServiceClient sites, CatalogService.CatalogServiceClient catalog)
{
    /// <summary>The names of all sites and products, including closed sites and retired products, which older encounters name.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached, or refused the call.</exception>
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

    /// <summary>All sites where the user has a role.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached, or refused the call.</exception>
    public Task<List<Site>> ListSitesAsync(bool includeClosed, CancellationToken cancel) => AllPages.ReadAsync(async pageToken =>
    {
        var request = new ListSitesRequest { PageSize = AllPages.PageSize, PageToken = pageToken, IncludeClosed = includeClosed };
        var page = await sites.ListSitesAsync(request, cancellationToken: cancel);
        return (page.Sites, page.NextPageToken);
    });
}
