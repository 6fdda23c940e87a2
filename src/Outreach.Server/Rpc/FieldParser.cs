using System.Globalization;
using Outreach.Domain;

namespace Outreach.Server.Rpc;

/// <summary>
/// Reads the plain fields that requests share. Each names what is wrong and goes on, with a value that is not to be
/// used: <see cref="Violations.ThrowIfAny"/> ends the parsing before that.
/// </summary>
internal static class FieldParser
{
    /// <summary>The most characters of an etag.</summary>
    private const int MaxEtagLength = 19;

    /// <summary>A text that people read, without the white space around it.</summary>
    /// <param name="text">As sent.</param>
    /// <param name="field">Its path.</param>
    /// <param name="least">The fewest characters, inclusive: 1 where it is required.</param>
    /// <param name="most">The most characters, inclusive.</param>
    /// <param name="violations">Where to say what is wrong.</param>
    public static string ParseText(string text, string field, int least, int most, Violations violations)
    {
        var trimmed = text.Trim();
        var length = Domain.UnicodeText.CountRunes(trimmed);
        if (length < least || length > most)
            violations.Add(field, $"has {least} to {most} characters; this has {length}.");
        if (trimmed.Any(char.IsControl))
            violations.Add(field, "has no control characters; this has.");
        return trimmed;
    }

    /// <summary>A whole number within bounds, both inclusive.</summary>
    public static int ParseCount(int count, string field, int least, int most, Violations violations)
    {
        if (count < least || count > most)
            violations.Add(field, $"is from {least:N0} to {most:N0}; this is {count:N0}.");
        return count;
    }

    /// <summary>An id that somebody chose; null where it is none.</summary>
    public static string? ParseId(string id, string field, Violations violations)
    {
        if (Slug.IsValid(id))
            return id;
        violations.Add(field, $"is {Slug.Rule}; this is '{Excerpt.From(id)}'.");
        return null;
    }

    /// <summary>An id that somebody chose, or an empty text.</summary>
    public static void CheckOptionalId(string id, string field, Violations violations)
    {
        if (id.Length > 0)
            ParseId(id, field, violations);
    }

    /// <summary>A UUID that is not all zeros.</summary>
    public static Guid ParseUuid(string text, string field, Violations violations)
    {
        if (!TryParseUuid(text, out var id))
            violations.Add(field, $"is a UUID; this is '{Excerpt.From(text)}'.");
        return id;
    }

    /// <summary>False for what is no UUID of 36 characters, and for all zeros.</summary>
    public static bool TryParseUuid(string text, out Guid id) => Guid.TryParseExact(text, "D", out id) && id != Guid.Empty;

    /// <summary>One of an enumeration that must be said; the domain's values are the wire's.</summary>
    public static TDomain ParseEnum<TDomain>(int value, string field, Violations violations)
        where TDomain : struct, Enum
    {
        var said = (TDomain)Enum.ToObject(typeof(TDomain), value);
        if (value == 0)
            violations.Add(field, "is required.");
        else if (!Enum.IsDefined(said))
            violations.Add(field, $"is one of those that are listed; this is {value}.");
        return said;
    }

    /// <summary>The version that an etag stands for; null where none was sent.</summary>
    public static long? ParseEtag(string etag, string field, Violations violations)
    {
        if (etag.Length == 0)
            return null;
        if (etag.Length <= MaxEtagLength && long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return version;
        violations.Add(field, $"is one that was given out, or empty; this is '{Excerpt.From(etag)}'.");
        return null;
    }

    /// <summary>Says so where a list is too long, and hands on no more of it than may be.</summary>
    public static IEnumerable<T> TakeAtMost<T>(IReadOnlyCollection<T> items, string field, int most, Violations violations)
    {
        if (items.Count > most)
            violations.Add(field, $"has at most {most} entries; this has {items.Count}.");
        return items.Take(most);
    }
}
