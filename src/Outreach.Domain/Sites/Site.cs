using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Sites;

/// <summary>A place, a vehicle or a bag that holds stock and hands it out.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">What people call it, 1 to <see cref="MaxName"/> characters.</param>
/// <param name="Kind">What it is.</param>
/// <param name="TimeZone">An IANA time zone id that the time zone database knew when it was recorded. Days at the site are days in this zone.</param>
/// <param name="Place">Where it is in words, at most <see cref="MaxPlace"/> characters; empty if not given.</param>
/// <param name="Coordinates">Where it is on the map; null if not known or not given.</param>
/// <param name="ServiceHours">When it is open, at most <see cref="MaxServiceHours"/> entries; empty if not known.</param>
/// <param name="Closed">True if it is out of operation. It still accepts late entries.</param>
/// <param name="Organization">The organization that it belongs to. Never changes.</param>
public sealed record Site(
    SiteId Id,
    string Name,
    SiteKind Kind,
    string TimeZone,
    string Place,
    Coordinates? Coordinates,
    EquatableList<ServiceHours> ServiceHours,
    bool Closed,
    OrganizationId Organization = default) : ISettings
{
    public const int MaxName = 100;
    public const int MaxPlace = 300;
    public const int MaxServiceHours = 50;

    public string GetId() => Id.Value;
}

/// <summary>Weekly opening hours, in the site's time zone.</summary>
/// <param name="Day">The day on which it opens; never <see cref="IsoDayOfWeek.None"/>.</param>
/// <param name="Opens">When it opens, to the minute.</param>
/// <param name="Closes">When it closes, to the minute. A time at or before <paramref name="Opens"/> is on the next day.</param>
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
