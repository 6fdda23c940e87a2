using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Outreach.Tool.Import.Mapping;

/// <summary>The reference page of a kind of mapping: every property with its type and what it is for.</summary>
public static class MappingReference
{
    private const int Width = 110;

    /// <summary>The page as text.</summary>
    public static string For(string kind)
    {
        var page = new StringBuilder();
        page.AppendLine($"The mapping is a JSON file with \"kind\": \"{kind}\". The folder Mappings beside the tool has examples and the schema.");
        var described = new HashSet<string>();
        var waiting = new Queue<JsonTypeInfo>([MappingFile.Json.GetTypeInfo(MappingFile.TypesByKind[kind])]);
        while (waiting.TryDequeue(out var type))
        {
            if (!described.Add(NameOf(type.Type)))
                continue;
            page.AppendLine().AppendLine($"{NameOf(type.Type)}:");
            foreach (var property in MappingFile.PropertiesOf(type))
            {
                page.AppendLine($"  {property.Name} ({Shape(property.PropertyType, waiting)})");
                foreach (var line in Wrap($"{MappingSchema.DescriptionOf(property.AttributeProvider)} {ValuesOf(property.PropertyType)}"))
                    page.AppendLine($"      {line}");
            }
        }
        return page.ToString();
    }

    // The type in words. A type with properties of its own is described after the others.
    private static string Shape(Type type, Queue<JsonTypeInfo> waiting)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var info = MappingFile.Json.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                return $"list of {Shape(info.ElementType!, waiting)}";
            case JsonTypeInfoKind.Dictionary:
                return $"object of {Shape(info.ElementType!, waiting)}";
            case JsonTypeInfoKind.Object:
                waiting.Enqueue(info);
                return NameOf(type);
            default:
                return type.IsEnum || type == typeof(string) ? "text" : type == typeof(bool) ? "true or false" : "number";
        }
    }

    private static string ValuesOf(Type type)
    {
        var element = MappingFile.Json.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } of } ? of : type;
        return (element.IsEnum ? element : MappingSchema.EnumOf(element)) is { } values
            ? $"Values: {string.Join(", ", MappingSchema.NamesOf(values))}."
            : "";
    }

    // "CountColumn" is a count column.
    private static string NameOf(Type type) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name.Split('`')[0]).Replace('_', ' ');

    private static IEnumerable<string> Wrap(string text)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + word.Length >= Width)
            {
                yield return line;
                line = "";
            }
            line += line.Length == 0 ? word : $" {word}";
        }
        yield return line;
    }
}
