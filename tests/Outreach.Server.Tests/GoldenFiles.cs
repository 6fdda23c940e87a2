using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Outreach.Server.Tests;

/// <summary>
/// Stored events as golden files: one for each form that was ever stored, kept for ever, in the folder <c>Stored</c> of
/// its slice. A file is never changed; a form that changed gets a new file beside the old one.
/// </summary>
internal static class GoldenFiles
{
    /// <summary>The names of a slice's golden files, without their ending.</summary>
    public static IEnumerable<string> Names(string slice) =>
        Directory.GetFiles(Folder(slice), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>What a golden file tells.</summary>
    public static TFact Read<TFact>(string slice, string name, JsonTypeInfo<TFact> form) =>
        JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(Folder(slice), name + ".json")), form)!;

    /// <summary>That a fact is written today in the form of a file; the order of members and white space are no part of it.</summary>
    public static void AssertWrittenAs<TFact>(string slice, string name, TFact fact, JsonTypeInfo<TFact> form)
    {
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(slice), name + ".json")));
        var written = JsonSerializer.SerializeToNode(fact, form);
        Assert.True(JsonNode.DeepEquals(golden, written), $"{name} is written as {written}");
    }

    /// <summary>A golden file of another kind, as text.</summary>
    public static string ReadText(string slice, string file) => File.ReadAllText(Path.Combine(Folder(slice), file)).Trim();

    /// <summary>A file or folder among the sources of these tests.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Outreach.sln")))
                return Path.Combine([folder.FullName, "tests", "Outreach.Server.Tests", .. parts]);
        throw new InvalidOperationException($"No Outreach.sln above {AppContext.BaseDirectory}.");
    }

    private static string Folder(string slice) => PathOf(slice, "Stored");
}
