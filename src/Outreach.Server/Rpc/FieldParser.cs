using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain;
using Enum = System.Enum;

namespace Outreach.Server.Rpc;

/// <summary>
/// Parses fields that many requests have. A method that finds a malformed field adds a violation and returns a value that
/// must not be used: call <see cref="Violations.ThrowIfAny"/> first.
/// </summary>
/// <remarks>The methods named Optional return null for an empty or absent field.</remarks>
internal static class FieldParser
{
    private const int MinYear = 1900;
    private const int MaxYear = 9000;

    private static readonly long MinSeconds = Instant.FromUtc(1, 1, 1, 0, 0).ToUnixTimeSeconds();
    private static readonly long MaxSeconds = Instant.FromUtc(9998, 12, 31, 23, 59, 59).ToUnixTimeSeconds();

    /// <summary>The message of a required field; an empty message if it is absent.</summary>
    public static T ParseMessage<T>(T? message, string field, Violations violations)
        where T : class, IMessage, new()
    {
        if (message is null)
            violations.Add(field, FieldErrors.Required);
        return message ?? new T();
    }

    /// <summary>Text for people, without surrounding white space.</summary>
    /// <param name="text">The text that was sent.</param>
    /// <param name="field">The field's path.</param>
    /// <param name="min">The minimum number of characters (Unicode scalar values), inclusive; 1 for a required field.</param>
    /// <param name="max">The maximum number of characters, inclusive.</param>
    /// <param name="violations">Receives the violations.</param>
    public static string ParseText(string text, string field, int min, int max, Violations violations)
    {
        var trimmed = text.Trim();
        var length = UnicodeText.CountRunes(trimmed);
        if (length < min || length > max)
            violations.Add(field, FieldErrors.WrongLength(min, max, length));
        if (trimmed.Any(char.IsControl))
            violations.Add(field, FieldErrors.ControlCharacters);
        return trimmed;
    }

    /// <summary>A UUID with hyphens, other than all zeros.</summary>
    public static Guid ParseUuid(string text, string field, Violations violations)
    {
        if (!TryParseUuid(text, out var id))
            violations.Add(field, FieldErrors.NotUuid(text));
        return id;
    }

    /// <inheritdoc cref="ParseUuid"/>
    public static Guid? ParseOptionalUuid(string text, string field, Violations violations) =>
        text.Length == 0 ? null : ParseUuid(text, field, violations);

    /// <inheritdoc cref="ParseUuid"/>
    public static bool TryParseUuid(string text, out Guid id) => Guid.TryParseExact(text, "D", out id) && id != Guid.Empty;

    /// <summary>An id that people choose: a <see cref="Slug"/>; null if it is malformed.</summary>
    public static string? ParseId(string text, string field, Violations violations)
    {
        if (Slug.IsValid(text))
            return text;
        violations.Add(field, FieldErrors.NotId(text));
        return null;
    }

    /// <inheritdoc cref="ParseId"/>
    public static string? ParseOptionalId(string text, string field, Violations violations) =>
        text.Length == 0 ? null : ParseId(text, field, violations);

    /// <summary>Adds a violation if an id is malformed. It may be empty.</summary>
    public static void CheckOptionalId(string text, string field, Violations violations) => ParseOptionalId(text, field, violations);

    /// <summary>Distinct ids in ordinal order, in a list of at most <paramref name="max"/> entries.</summary>
    public static List<string> ParseIds(IReadOnlyCollection<string> texts, string field, int max, Violations violations)
    {
        var ids = TakeAtMost(texts, field, max, violations).Distinct().Order(StringComparer.Ordinal).ToList();
        if (ids.Find(id => !Slug.IsValid(id)) is { } malformed)
            violations.Add(field, $"must have ids, each {Slug.Rule}; this has '{Excerpt.From(malformed)}'.");
        return ids;
    }

    /// <inheritdoc cref="ParseIds"/>
    public static EquatableList<TId> ParseIds<TId>(IReadOnlyCollection<string> texts, string field, int max, Func<string, TId> create, Violations violations) =>
        [.. ParseIds(texts, field, max, violations).Where(Slug.IsValid).Select(create)];

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both inclusive.</summary>
    public static int ParseCount(int number, string field, int min, int max, Violations violations)
    {
        if (number < min || number > max)
            violations.Add(field, FieldErrors.OutOfRange(min, max, number));
        return number;
    }

    /// <summary>A version, number or position after which to begin; 0 for all.</summary>
    public static long ParseAfter(long number, string field, Violations violations)
    {
        if (number < 0)
            violations.Add(field, FieldErrors.TooSmall(0, number));
        return number;
    }

    /// <summary>A value other than <c>UNSPECIFIED</c>, which is 0; the numbers are the same in the domain and in the API.</summary>
    public static TDomain ParseEnum<TDomain>(int number, string field, Violations violations)
        where TDomain : struct, Enum
    {
        var value = (TDomain)Enum.ToObject(typeof(TDomain), number);
        if (number == 0)
            violations.Add(field, FieldErrors.Required);
        else if (!Enum.IsDefined(value))
            violations.Add(field, FieldErrors.UnknownValue(number));
        return value;
    }

    /// <summary>A day as YYYY-MM-DD, in the years 1900 to 9000; null if it is absent or malformed.</summary>
    public static LocalDate? ParseOptionalDay(string text, string field, Violations violations)
    {
        if (text.Length == 0)
            return null;
        if (!LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day))
            violations.Add(field, FieldErrors.NotDay(text));
        else if (day.Year is < MinYear or > MaxYear)
            violations.Add(field, $"must be in the years {MinYear} to {MaxYear}; this is {text}.");
        else
            return day;
        return null;
    }

    /// <summary>A moment in the years 1 to 9998; null if it is absent or malformed.</summary>
    public static Instant? ParseOptionalInstant(Timestamp? timestamp, string field, Violations violations)
    {
        if (timestamp is null)
            return null;
        if (TryParseInstant(timestamp, out var instant))
            return instant;
        violations.Add(field, FieldErrors.NotInstant(timestamp));
        return null;
    }

    /// <summary>Converts a moment in the years 1 to 9998.</summary>
    public static bool TryParseInstant(Timestamp timestamp, out Instant instant)
    {
        var valid = timestamp.Seconds >= MinSeconds && timestamp.Seconds <= MaxSeconds && timestamp.Nanos is >= 0 and < 1_000_000_000;
        instant = valid ? Instant.FromUnixTimeSeconds(timestamp.Seconds).PlusNanoseconds(timestamp.Nanos) : default;
        return valid;
    }

    /// <summary>The version that an etag stands for; null if none was sent.</summary>
    public static long? ParseEtag(string text, string field, Violations violations) =>
        ParseOptionalNumber(text, field, "an etag from an earlier response", violations);

    /// <summary>A number from 0 that an earlier response contained as text; null if none was sent.</summary>
    /// <param name="text">The text that was sent.</param>
    /// <param name="field">The field's path.</param>
    /// <param name="rule">What the field must be, in words.</param>
    /// <param name="violations">Receives the violations.</param>
    public static long? ParseOptionalNumber(string text, string field, string rule, Violations violations)
    {
        if (text.Length == 0)
            return null;
        if (TryParseNumber(text, out var number))
            return number;
        violations.Add(field, FieldErrors.NotInFormat($"{rule}, or empty", text));
        return null;
    }

    /// <summary>Only digits, without sign, spaces or separators.</summary>
    public static bool TryParseNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>The first <paramref name="max"/> entries of a list; a longer one is a violation.</summary>
    public static IEnumerable<T> TakeAtMost<T>(IReadOnlyCollection<T> items, string field, int max, Violations violations)
    {
        if (items.Count > max)
            violations.Add(field, FieldErrors.TooMany(max, items.Count));
        return items.Take(max);
    }
}
