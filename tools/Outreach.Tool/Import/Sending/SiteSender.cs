using Outreach.Protocol.Sites.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Creates sites, one call each.</summary>
internal sealed class SiteSender(SiteService.SiteServiceClient sites, bool dryRun)
{
    /// <summary>Creates the site of a row unless it exists.</summary>
    public Task<RowResult> SendAsync(PlannedRow<Site> row, CancellationToken cancellation) => new RowSender<Site, Site>(
        site => FindAsync(site.SiteId, cancellation), Differences, site => CreateAsync(site, cancellation), dryRun).SendAsync(row, row.Record!.SiteId);

    /// <summary>Creates a site unless one has its id, whatever that one says. Returns true if it was created.</summary>
    public async Task<bool> EnsureAsync(Site site, CancellationToken cancellation)
    {
        if (await FindAsync(site.SiteId, cancellation) is not null)
            return false;
        await CreateAsync(site, cancellation);
        return true;
    }

    private static IReadOnlyList<string> Differences(Site row, Site existing) => Lookup.Differing(
        ("name", row.Name, existing.Name), ("kind", row.Kind, existing.Kind), ("time_zone", row.TimeZone, existing.TimeZone),
        ("place", row.Place, existing.Place), ("coordinates", row.Coordinates, existing.Coordinates));

    private Task<Site?> FindAsync(string siteId, CancellationToken cancellation) => Lookup.FindAsync(async () =>
        (await sites.GetSiteAsync(new GetSiteRequest { SiteId = siteId }, cancellationToken: cancellation)).Site);

    private Task CreateAsync(Site site, CancellationToken cancellation) =>
        sites.CreateSiteAsync(new CreateSiteRequest { Site = site }, cancellationToken: cancellation).ResponseAsync;
}
