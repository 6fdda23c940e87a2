using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>Formats times and days for the API; <see cref="FieldParser"/> parses them.</summary>
internal static class WireTime
{
    public static Timestamp ToWire(Instant moment)
    {
        var seconds = moment.ToUnixTimeSeconds();
        return new Timestamp { Seconds = seconds, Nanos = (int)(moment - Instant.FromUnixTimeSeconds(seconds)).ToInt64Nanoseconds() };
    }

    public static string ToWire(LocalDate? day) => day is { } value ? LocalDatePattern.Iso.Format(value) : "";
}
