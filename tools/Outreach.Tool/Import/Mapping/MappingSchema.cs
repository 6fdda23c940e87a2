using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>The JSON schema of mapping files, made from their types, so that editors complete and check them.</summary>
public static class MappingSchema
{
    /// <summary>The schema, as it is shipped beside the mappings.</summary>
    public static string Text => Create().ToJsonString(MappingFile.Json) + "\n";

    /// <summary>What a property is for.</summary>
    internal static string DescriptionOf(ICustomAttributeProvider? property) =>
        property?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true).OfType<DescriptionAttribute>().FirstOrDefault()?.Description
            .ReplaceLineEndings(" ") ?? "";

    /// <summary>The enum that a column's spellings stand for; null where the type is no <see cref="EnumColumn{TValue}"/>.</summary>
    internal static Type? EnumOf(Type type) =>
        type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(EnumColumn<>) ? type.GenericTypeArguments[0] : null;

    /// <summary>The names of an enum's values that say something, as a mapping writes them.</summary>
    internal static IEnumerable<string> NamesOf(Type type) =>
        Enum.GetNames(type).Where(n => n != "Unspecified").Select(MappingFile.Json.PropertyNamingPolicy!.ConvertName);

    private static JsonObject Create() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "A mapping of the import of Outreach",
        ["type"] = "object",
        ["required"] = new JsonArray("kind", "source"),
        ["properties"] = new JsonObject
        {
            ["kind"] = new JsonObject { ["enum"] = new JsonArray([.. MappingFile.TypesByKind.Keys.Select(k => JsonValue.Create(k))]) },
        },
        ["allOf"] = new JsonArray([.. TypeNames.Select(t => ForKinds(t.Key, t))]),
        ["$defs"] = new JsonObject(TypeNames.Select(t => KeyValuePair.Create(NameOf(t.Key), (JsonNode?)ForType(t.Key)))),
    };

    private static IEnumerable<IGrouping<Type, string>> TypeNames => MappingFile.TypesByKind.GroupBy(k => k.Value, k => k.Key);

    private static JsonObject ForKinds(Type type, IEnumerable<string> kinds) => new()
    {
        ["if"] = new JsonObject
        {
            ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["enum"] = new JsonArray([.. kinds.Select(k => JsonValue.Create(k))]) } },
        },
        ["then"] = new JsonObject { ["$ref"] = $"#/$defs/{NameOf(type)}" },
    };

    private static JsonNode ForType(Type type)
    {
        var schema = MappingFile.Json.GetJsonSchemaAsNode(type, new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe });
        MoveReferences(schema, $"#/$defs/{NameOf(type)}/");
        return schema;
    }

    private static string NameOf(Type type) => MappingFile.Json.PropertyNamingPolicy!.ConvertName(type.Name);

    // The exporter writes references from the root of each type's own schema.
    private static void MoveReferences(JsonNode? node, string root)
    {
        if (node is JsonObject found)
        {
            if (found["$ref"] is JsonValue reference)
                found["$ref"] = root + reference.GetValue<string>()[2..];
            foreach (var (_, child) in found)
                MoveReferences(child, root);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                MoveReferences(item, root);
        }
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (context.PropertyInfo is not { } property || schema is not JsonObject described)
            return schema;
        if (DescriptionOf(property.AttributeProvider) is { Length: > 0 } description)
            described.Insert(0, "description", description);
        if (property.Name == "spellings" && EnumOf(property.DeclaringType) is { } values)
            described["propertyNames"] = new JsonObject { ["enum"] = new JsonArray([.. NamesOf(values).Select(n => JsonValue.Create(n))]) };
        return described;
    }
}
