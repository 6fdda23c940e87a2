using System.Text.Json.Nodes;

namespace Outreach.Server.Tests.Stored;

/// <summary>Compares JSON that was kept with the JSON of today.</summary>
internal static class Kept
{
    /// <summary>Asserts that everything that was kept is the same today. An object may have members now that it did not have then.</summary>
    public static void AssertSame(JsonNode kept, JsonNode today, string what)
    {
        var differences = Differences(kept, today, what).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
    }

    private static IEnumerable<string> Differences(JsonNode? kept, JsonNode? today, string path) => (kept, today) switch
    {
        (JsonObject then, JsonObject now) => then.SelectMany(member => Differences(member.Value, now[member.Key], $"{path}.{member.Key}")),
        (JsonArray then, JsonArray now) when then.Count == now.Count => then.SelectMany((item, i) => Differences(item, now[i], $"{path}[{i}]")),
        _ => JsonNode.DeepEquals(kept, today) ? [] : [$"{path} was {kept?.ToJsonString()}; now it is {today?.ToJsonString()}"],
    };
}
