using NodaTime;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Sites;

/// <summary>An event in the life of a site's settings.</summary>
public abstract record SiteEvent : ISettingsEvent<Site>
{
    private SiteEvent(Site site) => Site = site;

    /// <summary>The site after this event.</summary>
    public Site Site { get; }

    public Versioned<Site> ToVersioned(long version, Instant recordedAt) =>
        new(Site, version, this is SiteChanged changed ? changed.AddedAt : recordedAt, recordedAt);

    /// <summary>A site was added.</summary>
    public sealed record SiteAdded(Site Site) : SiteEvent(Site);

    /// <summary>A site was changed, closed or reopened.</summary>
    /// <param name="Site">The site with all its settings, changed or not.</param>
    /// <param name="AddedAt">When it was added.</param>
    public sealed record SiteChanged(Site Site, Instant AddedAt) : SiteEvent(Site);
}
