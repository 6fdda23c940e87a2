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

    private static readonly Dictionary<string, SiteSettings> Settings = new()
    {
        ["name"] = SiteSettings.Name,
        ["kind"] = SiteSettings.Kind,
        ["time_zone"] = SiteSettings.TimeZone,
        ["place"] = SiteSettings.Place,
        ["coordinates"] = SiteSettings.Coordinates,
        ["service_hours"] = SiteSettings.ServiceHours,
        ["closed"] = SiteSettings.Closed,
    };

    /// <summary>Reads a site that is to be added.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">Whose the site is where the request does not say.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Site Parse(Wire.CreateSiteRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var sent = Sent(request.Site, violations);
        var site = Read(sent, SiteSettings.All, violations);
        var organization = AccessWire.Organization(sent.OrganizationId, Prefix + "organization_id", own, violations);
        violations.ThrowIfAny();
        return site() with { Organization = organization };
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Site Wanted, SiteSettings Which, long? Seen) Parse(Wire.UpdateSiteRequest request)
    {
        var violations = new Violations();
        var sent = Sent(request.Site, violations);
        var which = FieldMasks.Fields(sent, request.UpdateMask, Settings.Keys, violations)
            .Aggregate(SiteSettings.None, (all, field) => all | Settings[field]);
        var site = Read(sent, which, violations);
        var seen = Fields.Etag(sent.Etag, Prefix + "etag", violations);
        violations.ThrowIfAny();
        return (site(), which, seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static SiteId Parse(Wire.GetSiteRequest request)
    {
        var violations = new Violations();
        var id = Fields.Id(request.SiteId, "site_id", violations);
        violations.ThrowIfAny();
        return new SiteId(id!);
    }

    /// <summary>Reads which sites are asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="seen">Those that the caller may see.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static SitesAsked Parse(Wire.ListSitesRequest request, SeenSites seen)
    {
        var violations = new Violations();
        var list = $"sites {(int)request.Kind} {request.IncludeClosed}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        SiteKind? kind = request.Kind == 0 ? null : Fields.OneOf<SiteKind>((int)request.Kind, "kind", violations);
        violations.ThrowIfAny();
        return new SitesAsked(list, page, kind, request.IncludeClosed, seen);
    }

    /// <summary>The site as callers see it.</summary>
    public static Wire.Site Write(SiteEntry entry)
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
            CreateTime = Write(entry.AddedAt),
            UpdateTime = Write(entry.ChangedAt),
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

    private static Timestamp Write(Instant moment) => Timestamp.FromDateTime(moment.ToDateTimeUtc());

    private static Wire.Site Sent(Wire.Site? site, Violations violations)
    {
        if (site is null)
            violations.Add("site", "is required.");
        return site ?? new Wire.Site();
    }

    /// <summary>Checks the settings that are asked for, and says how to make the site once nothing is wrong; other settings are left blank.</summary>
    private static Func<Site> Read(Wire.Site sent, SiteSettings which, Violations violations)
    {
        bool Asked(SiteSettings setting) => which.HasFlag(setting);

        var id = Fields.Id(sent.SiteId, Prefix + "site_id", violations);
        var name = Asked(SiteSettings.Name) ? Fields.Text(sent.Name, Prefix + "name", 1, Site.MaxName, violations) : "";
        var kind = Asked(SiteSettings.Kind) ? Fields.OneOf<SiteKind>((int)sent.Kind, Prefix + "kind", violations) : default;
        var zone = Asked(SiteSettings.TimeZone) ? TimeZone(sent.TimeZone, violations) : "";
        var place = Asked(SiteSettings.Place) ? Fields.Text(sent.Place, Prefix + "place", 0, Site.MaxPlace, violations) : "";
        var point = Asked(SiteSettings.Coordinates) ? Point(sent.Coordinates, violations) : null;
        var hours = Asked(SiteSettings.ServiceHours) ? Hours(sent, violations) : [];
        return () => new Site(new SiteId(id!), name, kind, zone, place, point, hours, sent.Closed);
    }

    private static string TimeZone(string zone, Violations violations)
    {
        if (!TimeZones.Contains(zone))
            violations.Add(Prefix + "time_zone", $"is an IANA time zone such as 'America/New_York'; this is '{Shown.Short(zone)}'.");
        return zone;
    }

    private static Coordinates? Point(Wire.Coordinates? sent, Violations violations)
    {
        if (sent is null)
            return null;

        var north = Degrees(sent.Latitude, Prefix + "coordinates.latitude", Coordinates.MaxLatitude, violations);
        var east = Degrees(sent.Longitude, Prefix + "coordinates.longitude", Coordinates.MaxLongitude, violations);
        return north && east ? new Coordinates(sent.Latitude, sent.Longitude) : null;
    }

    private static bool Degrees(double degrees, string field, double most, Violations violations)
    {
        if (Math.Abs(degrees) <= most)
            return true;
        violations.Add(field, $"is from -{most} to {most} degrees; this is {degrees}.");
        return false;
    }

    private static List<ServiceHours> Hours(Wire.Site sent, Violations violations) =>
        [.. Fields.Few(sent.ServiceHours, Prefix + "service_hours", Site.MaxServiceHours, violations).Select((hours, i) =>
        {
            var field = $"{Prefix}service_hours[{i}].";
            return new ServiceHours(
                Fields.OneOf<IsoDayOfWeek>((int)hours.Day, field + "day", violations),
                Time(hours.Opens, field + "opens", violations),
                Time(hours.Closes, field + "closes", violations));
        })];

    private static LocalTime Time(string text, string field, Violations violations)
    {
        if (TimeOfDay.Parse(text).TryGetValue(LocalTime.Midnight, out var time))
            return time;
        violations.Add(field, $"is a time such as '09:30', from 00:00 to 23:59; this is '{Shown.Short(text)}'.");
        return time;
    }
}
