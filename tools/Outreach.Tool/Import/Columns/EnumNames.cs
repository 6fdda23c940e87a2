using System.Text.Json;

namespace Outreach.Tool.Import.Columns;

/// <summary>The API's enum values as a mapping writes them: in lower case with '_', without their prefix.</summary>
public static class EnumNames
{
    /// <summary>Reads a name; "unspecified" is none.</summary>
    public static bool TryParse<TValue>(string text, out TValue value)
        where TValue : struct, Enum
    {
        value = default;
        var found = Values<TValue>().FirstOrDefault(v => v.Text == text);
        if (found.Text is null)
            return false;
        value = found.Value;
        return true;
    }

    /// <summary>Reads a name that was checked.</summary>
    public static TValue Parse<TValue>(string text)
        where TValue : struct, Enum =>
        TryParse<TValue>(text, out var value)
            ? value
            : throw new ArgumentException($"'{text}' is none of {KnownNames<TValue>()}.", nameof(text));

    /// <summary>All names, for messages.</summary>
    public static string KnownNames<TValue>()
        where TValue : struct, Enum => string.Join(", ", Values<TValue>().Select(v => v.Text));

    /// <summary>All values that say something.</summary>
    public static IEnumerable<TValue> Known<TValue>()
        where TValue : struct, Enum => Values<TValue>().Select(v => v.Value);

    /// <summary>A value as a mapping writes it.</summary>
    public static string Format<TValue>(TValue value)
        where TValue : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static IEnumerable<(string? Text, TValue Value)> Values<TValue>()
        where TValue : struct, Enum =>
        Enum.GetValues<TValue>().Where(v => Convert.ToInt32(v) != 0).Select(v => ((string?)Format(v), v));
}
