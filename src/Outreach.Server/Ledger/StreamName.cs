using Outreach.Domain;

namespace Outreach.Server.Ledger;

/// <summary>A stream's name: its category, a slash and its id.</summary>
internal static class StreamName
{
    /// <summary>The id of a category's stream for events that belong to no id that people can choose.</summary>
    public const string UnassignedId = "~";

    /// <exception cref="ArgumentException">The id is neither a slug nor <see cref="UnassignedId"/>.</exception>
    public static string Create(string category, string id) =>
        Slug.IsValid(id) || id == UnassignedId ? $"{category}/{id}" : throw new ArgumentException($"A stream's id must have {Slug.Rule}; this is '{id}'.", nameof(id));

    public static (string Category, string Id) Split(string stream)
    {
        var slash = stream.IndexOf('/', StringComparison.Ordinal);
        return (stream[..slash], stream[(slash + 1)..]);
    }
}
