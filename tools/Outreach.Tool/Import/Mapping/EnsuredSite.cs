using System.ComponentModel;
using NodaTime;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>A site that rows need.</summary>
public sealed record EnsuredSite
{
    [Description("Its id.")]
    public string SiteId { get; init; } = "";

    [Description("What people call it.")]
    public string Name { get; init; } = "";

    [Description("What it is.")]
    public SiteKind Kind { get; init; }

    [Description("Its IANA time zone.")]
    public string TimeZone { get; init; } = "";

    [Description("Where it is, in words.")]
    public string Place { get; init; } = "";

    internal void Check(string path, MappingErrors errors)
    {
        errors.Require($"{path}.site_id", SiteId);
        errors.Require($"{path}.name", Name);
        if (Kind == SiteKind.Unspecified)
            errors.Add($"{path}.kind", $"is one of {EnumNames.KnownNames<SiteKind>()}");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            errors.Add($"{path}.time_zone", $"is an IANA time zone such as America/New_York; this is '{TimeZone}'");
    }

    internal Site ToSite() => new() { SiteId = SiteId, Name = Name, Kind = Kind, TimeZone = TimeZone, Place = Place };
}
