using Orleans.Concurrency;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Access;

/// <summary>The single writer of one organization's settings; its key is the organization's id. It answers when all is durable.</summary>
[Alias("outreach.organization")]
public interface IOrganizationGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="OrganizationRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<OrganizationEntry>> AddAsync(Organization organization);

    /// <inheritdoc cref="OrganizationRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<OrganizationEntry>> ChangeAsync(Organization wanted, OrganizationFields which, long? seen);
}
