using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>Tells which organization a site belongs to. Sites implement it, so that access need not know them.</summary>
internal interface ISiteOwners
{
    /// <summary>The site's organization, or null where no site has the id.</summary>
    ValueTask<OrganizationId?> FindOwnerAsync(string siteId, CancellationToken cancel);
}
