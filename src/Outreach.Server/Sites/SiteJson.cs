using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Sites;
using Outreach.Server.Recording;

namespace Outreach.Server.Sites;

/// <summary>How sites are stored.</summary>
[JsonSerializable(typeof(SiteEvent))]
[JsonSerializable(typeof(SiteEvent.SiteAdded))]
[JsonSerializable(typeof(SiteEvent.SiteChanged))]
[JsonSerializable(typeof(SiteState))]
internal sealed partial class SiteJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions Stored = DomainJson.ForFacts<SiteEvent>(
        new SiteJson(),
        ("siteAdded", typeof(SiteEvent.SiteAdded)),
        ("siteChanged", typeof(SiteEvent.SiteChanged)));

    public static JsonTypeInfo<SiteEvent> Fact { get; } = (JsonTypeInfo<SiteEvent>)Stored.GetTypeInfo(typeof(SiteEvent));

    public static JsonTypeInfo<SiteState> State { get; } = (JsonTypeInfo<SiteState>)Stored.GetTypeInfo(typeof(SiteState));

    public static JsonTypeInfo<SiteEntry> Entry { get; } = (JsonTypeInfo<SiteEntry>)Stored.GetTypeInfo(typeof(SiteEntry));
}
