using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Domain.Sites;

/// <summary>A place, a vehicle or a bag that stock is held in and handed out from.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What people call it, 1 to <see cref="MaxName"/> characters.</param>
/// <param name="Kind">What it is.</param>
/// <param name="TimeZone">IANA time zone id, known to the time zone database in use when it was recorded: it decides which day something happened on.</param>
/// <param name="Place">Where it is in words, at most <see cref="MaxPlace"/> characters; empty where it is not said.</param>
/// <param name="Coordinates">Where it is on the map; null where it is not known or not said.</param>
/// <param name="ServiceHours">When it is open, at most <see cref="MaxServiceHours"/> entries; empty where it is not known.</param>
/// <param name="Closed">Whether it is out of operation. It still takes late entries.</param>
/// <param name="Organization">Whose it is. It stays so.</param>
public sealed record Site(
    SiteId Id,
    string Name,
    SiteKind Kind,
    string TimeZone,
    string Place,
    Coordinates? Coordinates,
    IReadOnlyList<ServiceHours> ServiceHours,
    bool Closed,
    OrganizationId Organization = default)
{
    public const int MaxName = 100;
    public const int MaxPlace = 300;
    public const int MaxServiceHours = 50;

    /// <summary>Whether another site has the same id and settings, hours compared in their order. Equality compares the hours by reference.</summary>
    public bool ContentEquals(Site other) =>
        this with { ServiceHours = other.ServiceHours } == other && ServiceHours.SequenceEqual(other.ServiceHours);
}

/// <summary>A weekly span of opening in the site's time zone.</summary>
/// <param name="Day">The day it starts on; never <see cref="IsoDayOfWeek.None"/>.</param>
/// <param name="Opens">When it opens, to the minute.</param>
/// <param name="Closes">When it closes, to the minute; at or before <paramref name="Opens"/> it is on the next day.</param>
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
