using NodaTime;

namespace Outreach.Domain.Sites;

/// <summary>A site and its history in short.</summary>
/// <param name="Site">The site as it is.</param>
/// <param name="Version">The place in the site's stream of the fact that made it so: who saw it saw this state.</param>
/// <param name="AddedAt">When it was added, by the server's clock.</param>
/// <param name="ChangedAt">When it was last added or changed, by the server's clock.</param>
public sealed record SiteEntry(Site Site, long Version, Instant AddedAt, Instant ChangedAt)
{
    /// <summary>The entry that a fact makes by itself.</summary>
    public static SiteEntry From(SiteEvent fact, long version, Instant recordedAt) =>
        new(fact.Site, version, fact is SiteEvent.SiteChanged changed ? changed.AddedAt : recordedAt, recordedAt);
}
