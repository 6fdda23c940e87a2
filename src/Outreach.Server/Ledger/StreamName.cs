using Outreach.Domain;

namespace Outreach.Server.Ledger;

/// <summary>A stream's name: its family's, a slash, its id.</summary>
internal static class StreamName
{
    /// <summary>The id of a family's stream for what belongs to no id that people can choose.</summary>
    public const string Nowhere = "~";

    /// <exception cref="ArgumentException">The id is neither one that people can choose nor <see cref="Nowhere"/>.</exception>
    public static string Of(string family, string id) =>
        ChosenId.IsValid(id) || id == Nowhere ? $"{family}/{id}" : throw new ArgumentException($"A stream's id is {ChosenId.Rule}; this is '{id}'.", nameof(id));

    /// <summary>The family's name and the id.</summary>
    public static (string Family, string Id) Split(string stream)
    {
        var slash = stream.IndexOf('/', StringComparison.Ordinal);
        return (stream[..slash], stream[(slash + 1)..]);
    }
}
