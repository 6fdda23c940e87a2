using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;
using Outreach.Server.Recording;

namespace Outreach.Server.Sites;

/// <summary>The stored form of sites.</summary>
[JsonSerializable(typeof(SiteEvent))]
[JsonSerializable(typeof(SiteEvent.SiteAdded))]
[JsonSerializable(typeof(SiteEvent.SiteChanged))]
[JsonSerializable(typeof(SettingsState<Site>))]
internal sealed partial class SiteJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions Stored = DomainJson.ForFacts<SiteEvent>(
        new SiteJson().WithStoredNames(
            (typeof(SettingsState<Site>), nameof(SettingsState<>.Current), "entry"),
            (typeof(Versioned<Site>), nameof(Versioned<>.Value), "site")),
        ("siteAdded", typeof(SiteEvent.SiteAdded)),
        ("siteChanged", typeof(SiteEvent.SiteChanged)));

    public static JsonTypeInfo<SiteEvent> Fact { get; } = (JsonTypeInfo<SiteEvent>)Stored.GetTypeInfo(typeof(SiteEvent));

    public static JsonTypeInfo<SettingsState<Site>> State { get; } = (JsonTypeInfo<SettingsState<Site>>)Stored.GetTypeInfo(typeof(SettingsState<Site>));

    public static JsonTypeInfo<Versioned<Site>> Document { get; } = (JsonTypeInfo<Versioned<Site>>)Stored.GetTypeInfo(typeof(Versioned<Site>));
}
