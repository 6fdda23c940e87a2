using Google.Protobuf.WellKnownTypes;

namespace Outreach.Web.Encounters;

/// <summary>Moments by the clock of a site.</summary>
internal static class SiteClock
{
    /// <summary>What the clock showed; null where there is no moment that it could show.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="timeZone">The site's time zone; where it is not known, this computer's is meant.</param>
    public static DateTime? ToLocal(Timestamp? moment, string timeZone)
    {
        try
        {
            return moment is null ? null : TimeZoneInfo.ConvertTimeFromUtc(moment.ToDateTime(), Find(timeZone));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // A held encounter can have an impossible time.
            return null;
        }
    }

    /// <summary>The moment at which the clock showed this. An hour that the clock skipped is taken as an hour later.</summary>
    public static Timestamp ToTimestamp(DateTime local, string timeZone)
    {
        var zone = Find(timeZone);
        var shown = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return Timestamp.FromDateTime(TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(shown) ? shown.AddHours(1) : shown, zone));
    }

    private static TimeZoneInfo Find(string timeZone) =>
        timeZone.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone) ? zone : TimeZoneInfo.Local;
}
