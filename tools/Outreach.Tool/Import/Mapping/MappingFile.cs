using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>Reads mapping files.</summary>
public static class MappingFile
{
    /// <summary>How mapping files are written as JSON.</summary>
    public static readonly JsonSerializerOptions Json = CreateOptions();

    private static readonly JsonDocumentOptions DocumentOptions = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The kinds of mapping, each with its type.</summary>
    public static IReadOnlyDictionary<string, Type> TypesByKind { get; } = new Dictionary<string, Type>
    {
        ["sites"] = typeof(SiteMapping),
        ["products"] = typeof(ProductMapping),
        ["receipts"] = typeof(ReceiptMapping),
        ["encounters"] = typeof(EncounterMapping),
        ["refills"] = typeof(EncounterMapping),
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What the command imports, a key of <see cref="TypesByKind"/>.</param>
    /// <exception cref="UsageException">It does not exist, is not JSON, or says something that cannot be; every bad property is named.</exception>
    public static TMapping Read<TMapping>(string path, string kind)
        where TMapping : ImportMapping
    {
        if (!File.Exists(path))
            throw new UsageException($"There is no mapping file {path}.");
        return Parse<TMapping>(File.ReadAllText(path), path, kind);
    }

    /// <summary>Reads from text. <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="UsageException">As for <see cref="Read"/>.</exception>
    public static TMapping Parse<TMapping>(string json, string name, string kind)
        where TMapping : ImportMapping
    {
        var mapping = Deserialize<TMapping>(json, name, kind);
        var errors = new MappingErrors();
        mapping.Check(errors);
        ThrowIfAny(errors, name);
        return mapping;
    }

    /// <summary>The properties that a type has in JSON, in their order.</summary>
    internal static IEnumerable<JsonPropertyInfo> PropertiesOf(JsonTypeInfo type) => type.Properties.Where(p => p.Set is not null);

    private static TMapping Deserialize<TMapping>(string json, string name, string kind)
        where TMapping : ImportMapping
    {
        try
        {
            using var document = JsonDocument.Parse(json, DocumentOptions);
            CheckKind(document.RootElement, name, kind);
            var errors = new MappingErrors();
            UnknownProperties.AddTo(errors, document.RootElement, Json.GetTypeInfo(typeof(TMapping)));
            ThrowIfAny(errors, name);
            return document.Deserialize<TMapping>(Json)!;
        }
        catch (JsonException failure)
        {
            throw new UsageException($"The mapping file {name} cannot be used: {Describe(failure)}");
        }
    }

    // First of all: the properties of another kind of mapping would all seem wrong.
    private static void CheckKind(JsonElement root, string name, string kind)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("kind", out var said))
            throw new UsageException($"The mapping file {name} cannot be used: it needs the property 'kind', here \"{kind}\".");
        if (said.ValueKind != JsonValueKind.String || said.GetString() != kind)
            throw new UsageException($"The mapping file {name} has the kind {said}; this command imports {kind}.");
    }

    private static void ThrowIfAny(MappingErrors errors, string name)
    {
        if (errors.All.Count == 0)
            return;
        IEnumerable<string> lines = [$"The mapping file {name} cannot be used:", .. errors.All.Select(e => $"  {e}")];
        throw new UsageException(string.Join(Environment.NewLine, lines));
    }

    private static string Describe(JsonException failure)
    {
        var path = failure.Path?.TrimStart('$', '.');
        return string.IsNullOrEmpty(path)
            ? $"line {failure.LineNumber + 1} is not valid JSON: {failure.Message}"
            : $"'{path}' has the wrong kind of value. See: outreach import schema";
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly();
        return options;
    }
}
