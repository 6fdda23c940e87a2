using Outreach.Protocol.Sites.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Creates sites, one call each.</summary>
public sealed class SiteSender(SiteService.SiteServiceClient sites)
{
    /// <summary>Creates the site of a row.</summary>
    public Task<RowResult> SendAsync(PlannedRow<Site> row, CancellationToken cancellation) => IdempotentCreate.CreateForRowAsync(
        row, row.Record!.SiteId, () => GetAsync(row.Record.SiteId, cancellation), () => CreateAsync(row.Record, cancellation));

    /// <summary>Creates a site unless one has its id, whatever that one says. The result is whether it was created.</summary>
    public async Task<bool> EnsureAsync(Site site, CancellationToken cancellation)
    {
        if (await IdempotentCreate.ExistsAsync(() => GetAsync(site.SiteId, cancellation)))
            return false;
        await CreateAsync(site, cancellation);
        return true;
    }

    private Task GetAsync(string siteId, CancellationToken cancellation) =>
        sites.GetSiteAsync(new GetSiteRequest { SiteId = siteId }, cancellationToken: cancellation).ResponseAsync;

    private Task CreateAsync(Site site, CancellationToken cancellation) =>
        sites.CreateSiteAsync(new CreateSiteRequest { Site = site }, cancellationToken: cancellation).ResponseAsync;
}
