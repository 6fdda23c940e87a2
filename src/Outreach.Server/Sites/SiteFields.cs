using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Server.Access;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Sites.V1;

namespace Outreach.Server.Sites;

/// <summary>The fields of a site. A new one is added here, to <see cref="Site"/> and to the proto.</summary>
internal static class SiteFields
{
    private static readonly LocalTimePattern TimeOfDay = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    private static readonly HashSet<string> TimeZones = [.. DateTimeZoneProviders.Tzdb.Ids];

    public static SettingsFields<Wire.Site, Site> All { get; } =
        new SettingsFields<Wire.Site, Site>("site", id => new Site(new SiteId(id), "", default, "", "", null, [], Closed: false))
            .Text("name", 1, Site.MaxName, site => site.Name, (site, name) => site with { Name = name })
            .Enum("kind", site => site.Kind, (site, kind) => site with { Kind = kind })
            .Add("time_zone", ParseTimeZone, (wire, zone) => wire.TimeZone = zone, site => site.TimeZone, (site, zone) => site with { TimeZone = zone })
            .Text("place", 0, Site.MaxPlace, site => site.Place, (site, place) => site with { Place = place })
            .Add("coordinates", ParseCoordinates, WriteCoordinates, site => site.Coordinates, (site, point) => site with { Coordinates = point })
            .Add("service_hours", ParseServiceHours, WriteServiceHours, site => site.ServiceHours, (site, hours) => site with { ServiceHours = hours })
            .Flag("closed", site => site.Closed, (site, closed) => site with { Closed = closed })
            .AddOrganization(site => site.Organization, (site, organization) => site with { Organization = organization });

    private static string ParseTimeZone(Wire.Site sent, string path, Violations violations)
    {
        if (!TimeZones.Contains(sent.TimeZone))
            violations.Add(path, $"must be an IANA time zone such as 'America/New_York'; this is '{Excerpt.From(sent.TimeZone)}'.");
        return sent.TimeZone;
    }

    private static Coordinates? ParseCoordinates(Wire.Site sent, string path, Violations violations)
    {
        if (sent.Coordinates is not { } point)
            return null;

        var north = CheckDegrees(point.Latitude, $"{path}.latitude", Coordinates.MaxLatitude, violations);
        var east = CheckDegrees(point.Longitude, $"{path}.longitude", Coordinates.MaxLongitude, violations);
        return north && east ? new Coordinates(point.Latitude, point.Longitude) : null;
    }

    private static bool CheckDegrees(double degrees, string path, double max, Violations violations)
    {
        if (Math.Abs(degrees) <= max)
            return true;
        violations.Add(path, $"must be from -{max} to {max} degrees; this is {degrees}.");
        return false;
    }

    private static void WriteCoordinates(Wire.Site wire, Coordinates? point) =>
        wire.Coordinates = point is null ? null : new Wire.Coordinates { Latitude = point.Latitude, Longitude = point.Longitude };

    private static EquatableList<ServiceHours> ParseServiceHours(Wire.Site sent, string path, Violations violations) =>
    [
        .. FieldParser.TakeAtMost(sent.ServiceHours, path, Site.MaxServiceHours, violations).Select((hours, i) => new ServiceHours(
            FieldParser.ParseEnum<IsoDayOfWeek>((int)hours.Day, $"{path}[{i}].day", violations),
            ParseTime(hours.Opens, $"{path}[{i}].opens", violations),
            ParseTime(hours.Closes, $"{path}[{i}].closes", violations)))
    ];

    private static LocalTime ParseTime(string text, string path, Violations violations)
    {
        if (TimeOfDay.Parse(text).TryGetValue(LocalTime.Midnight, out var time))
            return time;
        violations.Add(path, $"must be a time from 00:00 to 23:59, such as '09:30'; this is '{Excerpt.From(text)}'.");
        return time;
    }

    private static void WriteServiceHours(Wire.Site wire, EquatableList<ServiceHours> all)
    {
        foreach (var hours in all)
            wire.ServiceHours.Add(new Wire.ServiceHours
            {
                Day = (Wire.DayOfWeek)hours.Day,
                Opens = TimeOfDay.Format(hours.Opens),
                Closes = TimeOfDay.Format(hours.Closes),
            });
    }
}
