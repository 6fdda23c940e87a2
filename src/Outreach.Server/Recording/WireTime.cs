using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>Instants and days between the API and the domain.</summary>
internal static class WireTime
{
    private static readonly long First = Instant.FromUtc(1, 1, 1, 0, 0).ToUnixTimeSeconds();
    private static readonly long Last = Instant.FromUtc(9998, 12, 31, 23, 59, 59).ToUnixTimeSeconds();

    /// <summary>False for an instant outside the years 1 to 9998.</summary>
    public static bool TryParse(Timestamp wire, out Instant moment)
    {
        var valid = wire.Seconds >= First && wire.Seconds <= Last && wire.Nanos is >= 0 and < 1_000_000_000;
        moment = valid ? Instant.FromUnixTimeSeconds(wire.Seconds).PlusNanoseconds(wire.Nanos) : default;
        return valid;
    }

    /// <summary>Parses an instant that may be absent.</summary>
    public static Instant? Parse(string field, Timestamp? wire, Violations violations)
    {
        if (wire is null)
            return null;

        if (TryParse(wire, out var moment))
            return moment;

        violations.Add(field, $"is a moment in the years 1 to 9998; this is {wire.Seconds} seconds and {wire.Nanos} nanoseconds from 1970.");
        return null;
    }

    /// <summary>Parses a day that may be empty, in the years 1900 to 9000.</summary>
    public static LocalDate? ParseDay(string field, string wire, Violations violations)
    {
        if (wire.Length == 0)
            return null;

        var day = LocalDatePattern.Iso.Parse(wire);
        if (day is { Success: true, Value.Year: >= 1900 and <= 9000 })
            return day.Value;

        violations.Add(field, day.Success
            ? $"is in the years 1900 to 9000; this is {wire}."
            : $"is a day, YYYY-MM-DD, or empty; this is '{Excerpt.From(wire)}'.");
        return null;
    }

    public static Timestamp ToWire(Instant moment)
    {
        var seconds = moment.ToUnixTimeSeconds();
        return new Timestamp { Seconds = seconds, Nanos = (int)(moment - Instant.FromUnixTimeSeconds(seconds)).ToInt64Nanoseconds() };
    }

    public static string ToWire(LocalDate? day) => day is { } known ? LocalDatePattern.Iso.Format(known) : "";
}
