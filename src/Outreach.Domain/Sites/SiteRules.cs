using Outreach.Domain.Recording;

namespace Outreach.Domain.Sites;

/// <summary>What may happen to a site's settings. The same request again adds nothing, also after others changed the site.</summary>
public static class SiteRules
{
    /// <summary>Adds the site. Nothing to record where it was added like this before, or is like this now.</summary>
    /// <returns>Refused: <c>SITE_EXISTS</c>, another site has the id.</returns>
    public static Decision<SiteEvent> Add(SiteState state, Site site)
    {
        if (state.Entry is not { } there)
            return new SiteEvent.SiteAdded(site);
        if (site.ContentEquals(there.Site) || site.ContentEquals(state.AddedAs!))
            return new Decision<SiteEvent>([]);
        // What another organization's site is called is not said.
        return site.Organization == there.Site.Organization
            ? Refusal.AlreadyExists("SITE_EXISTS", $"Site '{site.Id}' cannot be added: '{there.Site.Name}' has this id, with other settings.")
            : AlreadyExists(site.Id);
    }

    /// <summary>Changes settings of the site. Nothing to record where they are like this already.</summary>
    /// <param name="state">The site.</param>
    /// <param name="wanted">The new values; values that the change is not about are ignored.</param>
    /// <param name="which">What the change is about.</param>
    /// <param name="seen">The version that the caller saw; null for whatever is current.</param>
    /// <returns>Refused, in this order: <c>SITE_UNKNOWN</c>; <c>ETAG_STALE</c>, it changed since it was seen.</returns>
    public static Decision<SiteEvent> Change(SiteState state, Site wanted, SiteFields which, long? seen)
    {
        if (state.Entry is not { } there)
            return Unknown(wanted.Id);

        var changed = Merge(there.Site, wanted, which);
        if (changed.ContentEquals(there.Site))
            return new Decision<SiteEvent>([]);
        if (seen is not null && seen != there.Version)
            return Refusal.Stale("ETAG_STALE", $"Site '{wanted.Id}' was seen with etag {seen}; it changed since, and its etag is {there.Version}.");
        return new SiteEvent.SiteChanged(changed, there.AddedAt);
    }

    /// <summary>The refusal <c>SITE_EXISTS</c> that says nothing of who has the id.</summary>
    public static Refusal AlreadyExists(SiteId id) =>
        Refusal.AlreadyExists("SITE_EXISTS", $"Site '{id}' cannot be added: another site has this id, with other settings.");

    /// <summary>The refusal <c>SITE_UNKNOWN</c>.</summary>
    public static Refusal Unknown(SiteId id) => Refusal.NotFound("SITE_UNKNOWN", $"There is no site '{id}'.");

    private static Site Merge(Site there, Site wanted, SiteFields which) => there with
    {
        Name = which.HasFlag(SiteFields.Name) ? wanted.Name : there.Name,
        Kind = which.HasFlag(SiteFields.Kind) ? wanted.Kind : there.Kind,
        TimeZone = which.HasFlag(SiteFields.TimeZone) ? wanted.TimeZone : there.TimeZone,
        Place = which.HasFlag(SiteFields.Place) ? wanted.Place : there.Place,
        Coordinates = which.HasFlag(SiteFields.Coordinates) ? wanted.Coordinates : there.Coordinates,
        ServiceHours = which.HasFlag(SiteFields.ServiceHours) ? wanted.ServiceHours : there.ServiceHours,
        Closed = which.HasFlag(SiteFields.Closed) ? wanted.Closed : there.Closed,
    };
}
