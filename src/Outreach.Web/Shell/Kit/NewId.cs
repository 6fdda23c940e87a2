using System.Text;

namespace Outreach.Web.Shell.Kit;

/// <summary>Ids that people need not think of.</summary>
internal static class NewId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>An id at random, "person-7k2qf9xm": it says nothing about anybody.</summary>
    public static string Random(string prefix) =>
        $"{prefix}-{string.Concat(Guid.NewGuid().ToByteArray().Take(8).Select(value => Alphabet[value & 31]))}";

    /// <summary>An id that can be read, "kensington-van" for "Kensington van".</summary>
    /// <param name="name">What people call the thing.</param>
    /// <param name="prefix">What the id begins with where nothing of the name can be in an id.</param>
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
