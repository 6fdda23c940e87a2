using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain;

namespace Outreach.Server.Recording;

/// <summary>Writes a <see cref="EquatableList{T}"/> as a JSON array.</summary>
internal sealed class EquatableListConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(EquatableList<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments), options)!;

    private sealed class Converter<T>(JsonSerializerOptions options) : JsonConverter<EquatableList<T>>
    {
        private readonly Lazy<JsonTypeInfo<T>> item = new(() => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

        public override EquatableList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException($"An array of {typeof(T).Name} must begin with '['; this is {reader.TokenType}.");

            var items = new List<T>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(JsonSerializer.Deserialize(ref reader, item.Value)!);
            return [.. items];
        }

        public override void Write(Utf8JsonWriter writer, EquatableList<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var one in value)
                JsonSerializer.Serialize(writer, one, item.Value);
            writer.WriteEndArray();
        }
    }
}
