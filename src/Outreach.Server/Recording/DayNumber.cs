using NodaTime;

namespace Outreach.Server.Recording;

/// <summary>Converts days to the form that views store: the number of days since 1970-01-01.</summary>
internal static class DayNumber
{
    private static readonly LocalDate UnixEpoch = new(1970, 1, 1);

    public static long From(LocalDate day) => Period.DaysBetween(UnixEpoch, day);

    /// <summary>The number of the day in UTC.</summary>
    public static long From(Instant moment)
    {
        var (day, within) = Math.DivRem(moment.ToUnixTimeTicks(), NodaConstants.TicksPerDay);
        return within < 0 ? day - 1 : day;
    }

    public static LocalDate ToDay(long number) => UnixEpoch.PlusDays((int)number);

    /// <summary>The first moment of a day in UTC.</summary>
    public static Instant ToStartOfDay(long day) => Instant.FromUnixTimeTicks(day * NodaConstants.TicksPerDay);
}
