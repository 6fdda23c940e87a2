using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>Writes times and days as the API has them; <see cref="FieldParser"/> reads them.</summary>
internal static class WireTime
{
    public static Timestamp ToWire(Instant moment)
    {
        var seconds = moment.ToUnixTimeSeconds();
        return new Timestamp { Seconds = seconds, Nanos = (int)(moment - Instant.FromUnixTimeSeconds(seconds)).ToInt64Nanoseconds() };
    }

    public static string ToWire(LocalDate? day) => day is { } known ? LocalDatePattern.Iso.Format(known) : "";
}
