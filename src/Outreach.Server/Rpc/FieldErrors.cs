using Google.Protobuf.WellKnownTypes;
using Outreach.Domain;

namespace Outreach.Server.Rpc;

/// <summary>
/// What is said about a malformed field, after its name: what the field is, then what this one is. <see cref="FieldParser"/> and
/// the parsers that report in another way than by <see cref="Violations"/> use the same words.
/// </summary>
internal static class FieldErrors
{
    public const string Required = "is required.";

    public const string UnknownPageToken = "is the next_page_token of the page before; this is none that the server gave out.";

    public const string ControlCharacters = "has no control characters; this has at least one.";

    /// <param name="rule">What the field is, for example "1 to 64 of a-z".</param>
    /// <param name="found">As sent.</param>
    public static string NotInFormat(string rule, string found) => $"is {rule}; this is '{Excerpt.From(found)}'.";

    public static string NotUuid(string found) => NotInFormat("a UUID", found);

    public static string NotId(string found) => NotInFormat(Slug.Rule, found);

    public static string NotDay(string found) => NotInFormat("a day, YYYY-MM-DD", found);

    public static string NotInstant(Timestamp found) =>
        $"is a time in the years 1 to 9998; this is {found.Seconds} seconds and {found.Nanos} nanoseconds after 1970.";

    /// <param name="min">The least, inclusive.</param>
    /// <param name="max">The most, inclusive.</param>
    /// <param name="found">As sent.</param>
    public static string OutOfRange(long min, long max, long found) => $"is from {min:N0} to {max:N0}; this is {found:N0}.";

    public static string TooSmall(long min, long found) => $"is at least {min:N0}; this is {found:N0}.";

    public static string WrongLength(int min, int max, int found) => $"has {min} to {max} characters; this has {found}.";

    public static string TooLong(int max, int found) => $"has at most {max} characters; this has {found}.";

    public static string TooMany(int max, int found) => $"has at most {max} entries; this has {found}.";

    /// <param name="found">An enum value or its number.</param>
    public static string UnknownValue(object found) => $"is one of the values in the API's definition; this is {found}.";
}
