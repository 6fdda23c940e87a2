namespace Outreach.Server;

/// <summary>Finds the most similar name for a misspelled one.</summary>
internal static class NearestName
{
    /// <summary>The name with the fewest different letters, ignoring case; null if more than a third differ.</summary>
    public static string? Find(string misspelled, IEnumerable<string> names)
    {
        var nearest = names.Select(name => (Name: name, Distance: Distance(misspelled.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return nearest.Name is { } found && nearest.Distance <= found.Length / 3 ? found : null;
    }

    /// <summary>The Levenshtein distance: the number of letters to insert, delete or replace.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 0; i < one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < other.Length; j++)
            {
                var replaced = diagonal + (one[i] == other[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], row[j + 1]) + 1);
            }
        }

        return row[^1];
    }
}
