using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>Finds the organization of a site. The sites slice implements it, so that access does not depend on that slice.</summary>
internal interface ISiteOrganizations
{
    /// <summary>The site's organization; null if there is no site with the id.</summary>
    ValueTask<OrganizationId?> FindOwnerAsync(string siteId, CancellationToken cancel);
}
