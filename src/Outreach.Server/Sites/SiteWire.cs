using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Access;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Sites.V1;

namespace Outreach.Server.Sites;

/// <summary>The messages about sites and the domain's records: the only place where both meet.</summary>
internal static class SiteWire
{
    private const string Prefix = "site.";

    private static readonly LocalTimePattern TimeOfDay = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    private static readonly HashSet<string> TimeZones = [.. DateTimeZoneProviders.Tzdb.Ids];

    private static readonly Dictionary<string, SiteFields> FieldsByPath = new()
    {
        ["name"] = SiteFields.Name,
        ["kind"] = SiteFields.Kind,
        ["time_zone"] = SiteFields.TimeZone,
        ["place"] = SiteFields.Place,
        ["coordinates"] = SiteFields.Coordinates,
        ["service_hours"] = SiteFields.ServiceHours,
        ["closed"] = SiteFields.Closed,
    };

    /// <summary>Reads a site that is to be added.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">Whose the site is where the request does not say.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Site Parse(Wire.CreateSiteRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var sent = RequireSite(request.Site, violations);
        var site = ParseSite(sent, SiteFields.All, violations);
        var organization = AccessWire.ParseOrganization(sent.OrganizationId, Prefix + "organization_id", own, violations);
        violations.ThrowIfAny();
        return site() with { Organization = organization };
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Site Wanted, SiteFields Which, long? Seen) Parse(Wire.UpdateSiteRequest request)
    {
        var violations = new Violations();
        var sent = RequireSite(request.Site, violations);
        var which = FieldMasks.GetFieldNames(sent, request.UpdateMask, FieldsByPath.Keys, violations)
            .Aggregate(SiteFields.None, (all, field) => all | FieldsByPath[field]);
        var site = ParseSite(sent, which, violations);
        var seen = FieldParser.ParseEtag(sent.Etag, Prefix + "etag", violations);
        violations.ThrowIfAny();
        return (site(), which, seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static SiteId Parse(Wire.GetSiteRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.SiteId, "site_id", violations);
        violations.ThrowIfAny();
        return new SiteId(id!);
    }

    /// <summary>Reads which sites are asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="seen">Those that the caller may see.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static SiteFilter Parse(Wire.ListSitesRequest request, SiteScope seen)
    {
        var violations = new Violations();
        var list = $"sites {(int)request.Kind} {request.IncludeClosed}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        SiteKind? kind = request.Kind == 0 ? null : FieldParser.ParseEnum<SiteKind>((int)request.Kind, "kind", violations);
        violations.ThrowIfAny();
        return new SiteFilter(list, page, kind, request.IncludeClosed, seen);
    }

    /// <summary>The site as callers see it.</summary>
    public static Wire.Site ToWire(SiteEntry entry)
    {
        var site = entry.Site;
        var wire = new Wire.Site
        {
            SiteId = site.Id.Value,
            Name = site.Name,
            Kind = (Wire.SiteKind)site.Kind,
            TimeZone = site.TimeZone,
            Place = site.Place,
            Coordinates = site.Coordinates is { } point ? new Wire.Coordinates { Latitude = point.Latitude, Longitude = point.Longitude } : null,
            Closed = site.Closed,
            Etag = entry.Version.ToString(CultureInfo.InvariantCulture),
            CreateTime = ToWire(entry.AddedAt),
            UpdateTime = ToWire(entry.ChangedAt),
            OrganizationId = site.Organization.Value,
        };
        wire.ServiceHours.AddRange(site.ServiceHours.Select(hours => new Wire.ServiceHours
        {
            Day = (Wire.DayOfWeek)hours.Day,
            Opens = TimeOfDay.Format(hours.Opens),
            Closes = TimeOfDay.Format(hours.Closes),
        }));
        return wire;
    }

    private static Timestamp ToWire(Instant moment) => Timestamp.FromDateTime(moment.ToDateTimeUtc());

    private static Wire.Site RequireSite(Wire.Site? site, Violations violations)
    {
        if (site is null)
            violations.Add("site", "is required.");
        return site ?? new Wire.Site();
    }

    /// <summary>Checks the settings that are asked for, and says how to make the site once nothing is wrong; other settings are left blank.</summary>
    private static Func<Site> ParseSite(Wire.Site sent, SiteFields which, Violations violations)
    {
        bool Asked(SiteFields setting) => which.HasFlag(setting);

        var id = FieldParser.ParseId(sent.SiteId, Prefix + "site_id", violations);
        var name = Asked(SiteFields.Name) ? FieldParser.ParseText(sent.Name, Prefix + "name", 1, Site.MaxName, violations) : "";
        var kind = Asked(SiteFields.Kind) ? FieldParser.ParseEnum<SiteKind>((int)sent.Kind, Prefix + "kind", violations) : default;
        var zone = Asked(SiteFields.TimeZone) ? ParseTimeZone(sent.TimeZone, violations) : "";
        var place = Asked(SiteFields.Place) ? FieldParser.ParseText(sent.Place, Prefix + "place", 0, Site.MaxPlace, violations) : "";
        var point = Asked(SiteFields.Coordinates) ? ParseCoordinates(sent.Coordinates, violations) : null;
        var hours = Asked(SiteFields.ServiceHours) ? ParseServiceHours(sent, violations) : [];
        return () => new Site(new SiteId(id!), name, kind, zone, place, point, hours, sent.Closed);
    }

    private static string ParseTimeZone(string zone, Violations violations)
    {
        if (!TimeZones.Contains(zone))
            violations.Add(Prefix + "time_zone", $"is an IANA time zone such as 'America/New_York'; this is '{Excerpt.From(zone)}'.");
        return zone;
    }

    private static Coordinates? ParseCoordinates(Wire.Coordinates? sent, Violations violations)
    {
        if (sent is null)
            return null;

        var north = CheckDegrees(sent.Latitude, Prefix + "coordinates.latitude", Coordinates.MaxLatitude, violations);
        var east = CheckDegrees(sent.Longitude, Prefix + "coordinates.longitude", Coordinates.MaxLongitude, violations);
        return north && east ? new Coordinates(sent.Latitude, sent.Longitude) : null;
    }

    private static bool CheckDegrees(double degrees, string field, double most, Violations violations)
    {
        if (Math.Abs(degrees) <= most)
            return true;
        violations.Add(field, $"is from -{most} to {most} degrees; this is {degrees}.");
        return false;
    }

    private static List<ServiceHours> ParseServiceHours(Wire.Site sent, Violations violations) =>
        [.. FieldParser.TakeAtMost(sent.ServiceHours, Prefix + "service_hours", Site.MaxServiceHours, violations).Select((hours, i) =>
        {
            var field = $"{Prefix}service_hours[{i}].";
            return new ServiceHours(
                FieldParser.ParseEnum<IsoDayOfWeek>((int)hours.Day, field + "day", violations),
                ParseTime(hours.Opens, field + "opens", violations),
                ParseTime(hours.Closes, field + "closes", violations));
        })];

    private static LocalTime ParseTime(string text, string field, Violations violations)
    {
        if (TimeOfDay.Parse(text).TryGetValue(LocalTime.Midnight, out var time))
            return time;
        violations.Add(field, $"is a time such as '09:30', from 00:00 to 23:59; this is '{Excerpt.From(text)}'.");
        return time;
    }
}
