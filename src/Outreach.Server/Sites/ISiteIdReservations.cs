using Outreach.Domain.Sites;

namespace Outreach.Server.Sites;

/// <summary>Finds ids that are in use for sites that do not exist yet.</summary>
public interface ISiteIdReservations
{
    /// <summary>True if people of the first organization recorded something with this site id. Then only that organization may add the site.</summary>
    Task<bool> IsReservedAsync(SiteId id, CancellationToken cancel);
}
