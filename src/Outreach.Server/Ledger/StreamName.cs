using Outreach.Domain;

namespace Outreach.Server.Ledger;

/// <summary>A stream's name: its family's, a slash, its id.</summary>
internal static class StreamName
{
    /// <summary>The id of a family's stream for what belongs to no id that people can choose.</summary>
    public const string UnassignedId = "~";

    /// <exception cref="ArgumentException">The id is neither one that people can choose nor <see cref="UnassignedId"/>.</exception>
    public static string Create(string family, string id) =>
        Slug.IsValid(id) || id == UnassignedId ? $"{family}/{id}" : throw new ArgumentException($"A stream's id is {Slug.Rule}; this is '{id}'.", nameof(id));

    /// <summary>The family's name and the id.</summary>
    public static (string Family, string Id) Split(string stream)
    {
        var slash = stream.IndexOf('/', StringComparison.Ordinal);
        return (stream[..slash], stream[(slash + 1)..]);
    }
}
