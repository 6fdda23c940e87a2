using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Outreach.Tests.Shared;

namespace Outreach.Server.Tests;

/// <summary>
/// Reads the golden files in the folder <c>Stored</c> of a slice: one for each format in which an event was ever stored. A golden
/// file is never changed or deleted. A new format gets a new file.
/// </summary>
internal static class GoldenFiles
{
    /// <summary>Returns the names of a slice's golden files, without their extension.</summary>
    public static IEnumerable<string> Names(string slice) =>
        Directory.GetFiles(Folder(slice), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>Deserializes a golden file.</summary>
    public static TFact Read<TFact>(string slice, string name, JsonTypeInfo<TFact> typeInfo) =>
        JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(Folder(slice), name + ".json")), typeInfo)!;

    /// <summary>Asserts that a fact serializes to the content of a golden file. The order of members and white space are ignored.</summary>
    public static void AssertWrittenAs<TFact>(string slice, string name, TFact fact, JsonTypeInfo<TFact> typeInfo)
    {
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(slice), name + ".json")));
        var written = JsonSerializer.SerializeToNode(fact, typeInfo);
        Assert.True(JsonNode.DeepEquals(golden, written), $"{name} is written as {written}");
    }

    /// <summary>Reads a golden file that is not JSON.</summary>
    public static string ReadText(string slice, string file) => File.ReadAllText(Path.Combine(Folder(slice), file)).Trim();

    /// <summary>Returns the full path of a file or folder of this project.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) =>
        Path.Combine([SourceTree.Root, "tests", "Outreach.Server.Tests", .. parts]);

    private static string Folder(string slice) => PathOf(slice, "Stored");
}
