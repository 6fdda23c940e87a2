using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Sites;

/// <summary>Finds sites, usually without a query. A site that was added on any node is found at once.</summary>
public interface ISiteCache
{
    /// <summary>The site with an id; null if there is none. Its settings may be some seconds old.</summary>
    ValueTask<Site?> FindAsync(string siteId, CancellationToken cancel);
}

/// <inheritdoc cref="ISiteCache"/>
internal sealed class SiteCache(ILedger ledger, ILogger<SiteCache> log) : SettingsCache<Site>(ledger, "site/", Capacity, log), ISiteCache, ISiteOrganizations
{
    /// <summary>A site takes up to a few kilobytes.</summary>
    private const int Capacity = 20_000;

    private readonly ILedger ledger = ledger;

    public async ValueTask<OrganizationId?> FindOwnerAsync(string siteId, CancellationToken cancel) => (await FindAsync(siteId, cancel))?.Organization;

    protected override async Task<Site?> LoadAsync(string id, CancellationToken cancel) =>
        (await SiteStreamDefinition.Sites.FindAsync(ledger, id, cancel))?.Value;
}
