using NodaTime;

namespace Outreach.Domain.Sites;

/// <summary>What happened to a site's settings. Each fact tells the site whole, so that the latest one alone says what it is.</summary>
public abstract record SiteEvent
{
    private SiteEvent(Site site) => Site = site;

    /// <summary>The site as it is after this.</summary>
    public Site Site { get; }

    /// <summary>A site came into being.</summary>
    public sealed record SiteAdded(Site Site) : SiteEvent(Site);

    /// <summary>Settings of a site changed; closing it and opening it again are such changes.</summary>
    /// <param name="Site">The site with all its settings, changed or not.</param>
    /// <param name="AddedAt">When it was added, repeated here so that this fact alone says what the site is.</param>
    public sealed record SiteChanged(Site Site, Instant AddedAt) : SiteEvent(Site);
}
