using Outreach.Domain.Sites;

namespace Outreach.Server.Sites;

/// <summary>Sites at hand, for those who decide by them. A site that was acknowledged anywhere is found.</summary>
public interface ISiteCache
{
    /// <summary>The site, or null where none has the id. Settings can be some seconds old; existence never is.</summary>
    ValueTask<Site?> FindAsync(string siteId, CancellationToken cancel);
}
