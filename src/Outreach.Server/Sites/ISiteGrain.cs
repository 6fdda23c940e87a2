using Orleans.Concurrency;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;

namespace Outreach.Server.Sites;

/// <summary>The single writer of one site's settings; its key is the site's id. It answers when all is durable.</summary>
[Alias("outreach.site")]
public interface ISiteGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="SiteRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<SiteEntry>> AddAsync(Site site);

    /// <inheritdoc cref="SiteRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<SiteEntry>> ChangeAsync(Site wanted, SiteFields which, long? seen);
}
