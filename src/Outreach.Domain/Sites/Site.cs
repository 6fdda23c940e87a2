using NodaTime;

namespace Outreach.Domain.Sites;

/// <summary>A place, a vehicle or a bag that stock is held in and handed out from.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What people call it, 1 to 100 characters.</param>
/// <param name="Kind">What it is.</param>
/// <param name="TimeZone">IANA time zone id, known to the time zone database that is in use.</param>
/// <param name="Place">Where it is in words, at most 300 characters; empty where it is not said.</param>
/// <param name="Coordinates">Where it is on the map; null where it is not known or not said.</param>
/// <param name="ServiceHours">When it is open, at most 50 entries.</param>
/// <param name="Closed">Whether it is out of operation. It still takes late entries.</param>
public sealed record Site(
    SiteId Id,
    string Name,
    SiteKind Kind,
    string TimeZone,
    string Place,
    Coordinates? Coordinates,
    IReadOnlyList<ServiceHours> ServiceHours,
    bool Closed);

/// <summary>A point in WGS 84: degrees north from -90 to 90, degrees east from -180 to 180.</summary>
public sealed record Coordinates(double Latitude, double Longitude);

/// <summary>A weekly span of opening in the site's time; one that closes at or before it opens ends on the next day.</summary>
public sealed record ServiceHours(IsoDayOfWeek Day, LocalTime Opens, LocalTime Closes);

/// <summary>What a site is.</summary>
public enum SiteKind
{
    Fixed = 1,
    MobileStop = 2,
    Van = 3,
    Backpack = 4,
    VendingMachine = 5,
    Mail = 6,
    Partner = 7,
    Warehouse = 8,
}
