using Google.Protobuf.WellKnownTypes;
using Outreach.Domain;

namespace Outreach.Server.Rpc;

/// <summary>
/// The descriptions of malformed fields, to follow the field's name: what the field must be, then what this one is.
/// <see cref="FieldParser"/> and the parsers that do not report <see cref="Violations"/> share them.
/// </summary>
internal static class FieldErrors
{
    public const string Required = "is required.";

    public const string UnknownPageToken = "must be the next_page_token of the previous page; this is not a token of this server.";

    public const string ControlCharacters = "must have no control characters; this has at least one.";

    /// <param name="rule">What the field must be, for example "1 to 64 of a-z".</param>
    /// <param name="found">The text that was sent.</param>
    public static string NotInFormat(string rule, string found) => $"must be {rule}; this is '{Excerpt.From(found)}'.";

    public static string NotUuid(string found) => NotInFormat("a UUID", found);

    public static string NotId(string found) => NotInFormat(Slug.Rule, found);

    public static string NotDay(string found) => NotInFormat("a day, YYYY-MM-DD", found);

    public static string NotInstant(Timestamp found) =>
        $"must be a time in the years 1 to 9998; this is {found.Seconds} seconds and {found.Nanos} nanoseconds after 1970.";

    /// <param name="min">The minimum, inclusive.</param>
    /// <param name="max">The maximum, inclusive.</param>
    /// <param name="found">The number that was sent.</param>
    public static string OutOfRange(long min, long max, long found) => $"must be from {min:N0} to {max:N0}; this is {found:N0}.";

    public static string TooSmall(long min, long found) => $"must be at least {min:N0}; this is {found:N0}.";

    public static string WrongLength(int min, int max, int found) => $"must have {min} to {max} characters; this has {found}.";

    public static string TooLong(int max, int found) => $"must have at most {max} characters; this has {found}.";

    public static string TooMany(int max, int found) => $"must have at most {max} entries; this has {found}.";

    /// <param name="found">An enum value or its number.</param>
    public static string UnknownValue(object found) => $"must be one of the values in the API's definition; this is {found}.";
}
