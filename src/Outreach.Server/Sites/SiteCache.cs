using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;

namespace Outreach.Server.Sites;

/// <inheritdoc cref="ISiteCache"/>
internal sealed class SiteCache(ILedger ledger, ILogger<SiteCache> log) : SettingsCache<Site>(ledger, StreamPrefix, MaxCachedSites, log), ISiteCache, ISiteOwners
{
    private const string StreamPrefix = "site/";

    /// <summary>The most sites at hand, at up to some kilobytes each.</summary>
    private const int MaxCachedSites = 20_000;

    private readonly ILedger ledger = ledger;

    public async ValueTask<OrganizationId?> FindOwnerAsync(string siteId, CancellationToken cancel) => (await FindAsync(siteId, cancel))?.Organization;

    protected override async Task<Site?> LoadAsync(string id, CancellationToken cancel) =>
        Slug.IsValid(id) ? (await SiteQueries.FindAsync(ledger, id, cancel))?.Site : null;

    protected override Task<IReadOnlyList<string>> GetChangedIdsAsync(CommittedAppend append, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([append.Stream[StreamPrefix.Length..]]);
}
