using Outreach.Domain.Sites;

namespace Outreach.Server.Sites;

/// <summary>Knows which ids are in use for sites that nobody has added yet.</summary>
public interface ISiteIdReservations
{
    /// <summary>True if people of the first organization recorded something for this id: then only that organization may add the site.</summary>
    Task<bool> IsReservedAsync(SiteId id, CancellationToken cancel);
}
