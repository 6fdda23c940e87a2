using System.Text.Json;

namespace Outreach.Tool.Access;

/// <summary>Formats and parses enum values such as "shut-out", and makes text from others safe to show in a terminal.</summary>
internal static class TerminalText
{
    private const int MaxLength = 500;

    public static string FormatEnum<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");

    /// <summary>Returns text on one line of at most 500 characters, with control characters replaced.</summary>
    public static string Sanitize(string text)
    {
        var plain = string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) ? '·' : c));
        return text.Length > MaxLength ? plain + "…" : plain;
    }

    /// <summary>The names of all values except the unspecified one.</summary>
    public static string[] EnumNames<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Where(value => Convert.ToInt32(value) != 0).Select(FormatEnum)];

    /// <summary>Returns the value with a name, or the unspecified value if there is none.</summary>
    public static T ParseEnum<T>(string? name)
        where T : struct, Enum => Enum.GetValues<T>().FirstOrDefault(value => FormatEnum(value) == name);
}
