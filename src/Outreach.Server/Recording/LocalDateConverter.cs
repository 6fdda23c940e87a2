using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Outreach.Server.Recording;

/// <summary>Writes days in the form of <see cref="LocalDatePattern.Iso"/>.</summary>
internal sealed class LocalDateConverter : JsonConverter<LocalDate>
{
    public override LocalDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LocalDatePattern.Iso.Parse(reader.GetString()!) is { Success: true } parsed
            ? parsed.Value
            : throw new JsonException($"'{reader.GetString()}' is not a day.");

    public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options)
    {
        if (value.Year is < 1 or > 9999)
        {
            writer.WriteStringValue(LocalDatePattern.Iso.Format(value));
            return;
        }

        Span<byte> text = stackalloc byte[10];
        WriteDigits(text[..4], value.Year);
        text[4] = text[7] = (byte)'-';
        WriteDigits(text[5..7], value.Month);
        WriteDigits(text[8..], value.Day);
        writer.WriteStringValue(text);
    }

    private static void WriteDigits(Span<byte> text, int number)
    {
        for (var i = text.Length - 1; i >= 0; i--, number /= 10)
            text[i] = (byte)('0' + (number % 10));
    }
}
