using Outreach.Domain.Sites;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Sites;

/// <summary>The settings of sites, with a stream for each site.</summary>
public sealed class SiteStreamDefinition : SettingsStreamDefinition<Site, SiteEvent>
{
    /// <summary>Sites by id; closed is "1" or empty.</summary>
    public static readonly SettingsView<Site> Sites = new(
        "sites",
        "site_id",
        SiteJson.Document,
        ("kind", site => site.Kind.ToString()),
        ("closed", site => site.Closed ? "1" : ""),
        ("organization_id", site => site.Organization.Value));

    private SiteStreamDefinition()
        : base("site", Sites, SiteJson.Fact, SiteJson.State)
    {
    }

    public static SiteStreamDefinition Instance { get; } = new();
}
