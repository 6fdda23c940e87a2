using Outreach.Domain;

namespace Outreach.Server.Ledger;

/// <summary>A stream's name: its family's, a slash, its id.</summary>
internal static class StreamName
{
    /// <exception cref="ArgumentException">The id is none that people can choose.</exception>
    public static string Of(string family, string id) =>
        ChosenId.IsValid(id) ? $"{family}/{id}" : throw new ArgumentException($"A stream's id is {ChosenId.Rule}; this is '{id}'.", nameof(id));

    /// <summary>The family's name and the id.</summary>
    public static (string Family, string Id) Split(string stream)
    {
        var slash = stream.IndexOf('/', StringComparison.Ordinal);
        return (stream[..slash], stream[(slash + 1)..]);
    }
}
