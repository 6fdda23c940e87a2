using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>Writes times and days as the API has them; <see cref="FieldParser"/> reads them.</summary>
internal static class WireTime
{
    /// <inheritdoc cref="FieldParser.ParseInstant"/>
    public static bool TryParse(Timestamp wire, out Instant moment) => FieldParser.TryParseInstant(wire, out moment);

    /// <inheritdoc cref="FieldParser.ParseOptionalInstant"/>
    public static Instant? Parse(string field, Timestamp? wire, Violations violations) => FieldParser.ParseOptionalInstant(wire, field, violations);

    /// <inheritdoc cref="FieldParser.ParseOptionalDay"/>
    public static LocalDate? ParseDay(string field, string wire, Violations violations) => FieldParser.ParseOptionalDay(wire, field, violations);

    public static Timestamp ToWire(Instant moment)
    {
        var seconds = moment.ToUnixTimeSeconds();
        return new Timestamp { Seconds = seconds, Nanos = (int)(moment - Instant.FromUnixTimeSeconds(seconds)).ToInt64Nanoseconds() };
    }

    public static string ToWire(LocalDate? day) => day is { } known ? LocalDatePattern.Iso.Format(known) : "";
}
