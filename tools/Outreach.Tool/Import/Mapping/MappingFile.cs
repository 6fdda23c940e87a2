using System.Text.Json;
using System.Text.Json.Serialization;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>Reads mapping files.</summary>
public static class MappingFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="imports">What the command imports: "sites", "products", "encounters" or "refills".</param>
    /// <exception cref="UsageException">It is not there, is not JSON, or says something that cannot be; every bad key is named.</exception>
    public static TMapping Read<TMapping>(string path, string imports)
        where TMapping : ImportMapping
    {
        if (!File.Exists(path))
            throw new UsageException($"There is no mapping file {path}.");
        return Parse<TMapping>(File.ReadAllText(path), path, imports);
    }

    /// <summary>Reads from text. <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="UsageException">As for <see cref="Read"/>.</exception>
    public static TMapping Parse<TMapping>(string json, string name, string imports)
        where TMapping : ImportMapping
    {
        var mapping = Deserialize<TMapping>(json, name, imports);
        var problems = new MappingErrors();
        mapping.Check(problems);
        if (problems.All.Count > 0)
        {
            IEnumerable<string> lines = [$"The mapping file {name} cannot be used:", .. problems.All.Select(p => $"  {p}")];
            throw new UsageException(string.Join(Environment.NewLine, lines));
        }
        return mapping;
    }

    private static TMapping Deserialize<TMapping>(string json, string name, string imports)
        where TMapping : ImportMapping
    {
        try
        {
            CheckImports(json, name, imports);
            return JsonSerializer.Deserialize<TMapping>(json, Options) ?? throw new UsageException($"The mapping file {name} is empty.");
        }
        catch (JsonException failure)
        {
            throw new UsageException($"The mapping file {name} cannot be used: {Describe(failure)}");
        }
    }

    // First of all: the keys of another kind of mapping would all seem wrong.
    private static void CheckImports(string json, string name, string imports)
    {
        using var document = JsonDocument.Parse(json, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("imports", out var said))
            throw new UsageException($"The mapping file {name} cannot be used: it needs the key 'imports', here \"{imports}\".");
        if (said.ValueKind != JsonValueKind.String || said.GetString() != imports)
            throw new UsageException($"The mapping file {name} imports {said}; this command imports {imports}.");
    }

    private static string Describe(JsonException failure)
    {
        var line = failure.LineNumber + 1;
        var key = failure.Path?.TrimStart('$', '.');
        if (string.IsNullOrEmpty(key))
            return $"line {line} is not JSON as it should be: {failure.Message}";
        return failure.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? $"line {line}: there is no key '{key}'."
            : $"line {line}: '{key}' does not have the kind of value that it should have.";
    }
}
