using System.Text.Json;

namespace Outreach.Tool.Access;

/// <summary>Values of enums as they are typed and shown, "shut-out", and what others wrote.</summary>
internal static class TerminalText
{
    private const int MaxLength = 500;

    public static string FormatEnum<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");

    /// <summary>What somebody else wrote, on one line of at most 500 characters, without characters that steer a terminal.</summary>
    public static string Sanitize(string text)
    {
        var plain = SafeText.Replace(text.Length > MaxLength ? text[..MaxLength] : text);
        return text.Length > MaxLength ? plain + "…" : plain;
    }

    /// <summary>All values that say something.</summary>
    public static string[] EnumNames<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Where(value => Convert.ToInt32(value) != 0).Select(FormatEnum)];

    /// <summary>The value of a word; the one that says nothing where there is none.</summary>
    public static T ParseEnum<T>(string? word)
        where T : struct, Enum => Enum.GetValues<T>().FirstOrDefault(value => FormatEnum(value) == word);
}
