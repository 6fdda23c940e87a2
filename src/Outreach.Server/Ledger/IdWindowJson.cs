using System.Text.Json;
using System.Text.Json.Serialization;
using Outreach.Domain;

namespace Outreach.Server.Ledger;

/// <summary>Writes a window of ids into a snapshot, as one Base64 text.</summary>
public sealed class IdWindowJson : JsonConverter<IdWindow>
{
    public override IdWindow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return IdWindow.FromBytes(reader.GetBytesFromBase64());
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, IdWindow value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.ToBytes());
}
