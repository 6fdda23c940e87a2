using System.Text;

namespace Outreach.Web.Shell.Kit;

/// <summary>Makes ids, so that people do not have to.</summary>
internal static class IdGenerator
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>A random id, for example "person-7k2qf9xm", which tells nothing about the person.</summary>
    public static string Random(string prefix) =>
        $"{prefix}-{string.Concat(Guid.NewGuid().ToByteArray().Take(8).Select(value => Alphabet[value & 31]))}";

    /// <summary>A readable id, for example "kensington-van" for "Kensington van".</summary>
    /// <param name="name">The name.</param>
    /// <param name="prefix">The prefix of the random id that is used if no character of the name is allowed in an id.</param>
    public static string FromName(string name, string prefix)
    {
        var id = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                id.Append(c);
            else if (id.Length > 0 && id[^1] != '-')
                id.Append('-');
        }

        var text = id.ToString(0, Math.Min(id.Length, 60)).Trim('-');
        return text.Length > 0 ? text : Random(prefix);
    }
}
