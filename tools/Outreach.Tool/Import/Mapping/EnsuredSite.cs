using NodaTime;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>A site that rows need.</summary>
public sealed record EnsuredSite
{
    /// <summary>Its id.</summary>
    public string SiteId { get; init; } = "";

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is.</summary>
    public SiteKind Kind { get; init; }

    /// <summary>Its IANA time zone.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Where it is, in words.</summary>
    public string Place { get; init; } = "";

    internal void Check(string path, MappingErrors problems)
    {
        problems.Require($"{path}.site_id", SiteId);
        problems.Require($"{path}.name", Name);
        if (Kind == SiteKind.Unspecified)
            problems.Add($"{path}.kind", $"it is one of {EnumNames.KnownNames<SiteKind>()}");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            problems.Add($"{path}.time_zone", $"it is an IANA time zone such as America/New_York; this is '{TimeZone}'");
    }

    internal Site ToSite() => new() { SiteId = SiteId, Name = Name, Kind = Kind, TimeZone = TimeZone, Place = Place };
}
