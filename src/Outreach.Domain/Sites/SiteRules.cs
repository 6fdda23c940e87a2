using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Sites;

/// <summary>The rules for a site's settings.</summary>
public static class SiteRules
{
    private static readonly SettingsRules<Site, SiteEvent> Settings = new("Site");

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Add"/>
    public static Decision<SiteEvent> Add(SettingsState<Site> state, Site site) =>
        Settings.Add(state, site, added => new SiteEvent.SiteAdded(added));

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Change"/>
    public static Decision<SiteEvent> Change(SettingsState<Site> state, SiteId id, Func<Site, Site> change, long? expectedVersion) =>
        Settings.Change(state, id.Value, change, expectedVersion, (changed, addedAt) => new SiteEvent.SiteChanged(changed, addedAt));

    /// <inheritdoc cref="SettingsRules{T,TEvent}.AlreadyExists"/>
    public static Refusal AlreadyExists(SiteId id) => Settings.AlreadyExists(id.Value);

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Unknown"/>
    public static Refusal Unknown(SiteId id) => Settings.Unknown(id.Value);
}
