using NodaTime;
using Orleans.Concurrency;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;
using Outreach.Server.Ledger;

namespace Outreach.Server.Sites;

/// <summary>The single writer of a site's settings; its key is the site's id. It returns when everything is durable.</summary>
[Alias("outreach.site")]
public interface ISiteGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="SiteRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<Versioned<Site>>> AddAsync(Site site);

    /// <inheritdoc cref="SiteRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<Versioned<Site>>> ChangeAsync(SettingsUpdate<Site> update);
}

/// <inheritdoc cref="ISiteGrain"/>
public sealed class SiteGrain(ILedger ledger, IClock clock)
    : LedgerGrain<SettingsState<Site>, SiteEvent>(ledger, SiteStreamDefinition.Instance, clock), ISiteGrain
{
    public Task<Result<Versioned<Site>>> AddAsync(Site site) => RecordAsync(SiteRules.Add(State, site), state => state.Current);

    public Task<Result<Versioned<Site>>> ChangeAsync(SettingsUpdate<Site> update) =>
        RecordAsync(SiteRules.Change(State, update.Value.Id, site => SiteFields.All.Merge(site, update), update.ExpectedVersion), state => state.Current);
}
