using System.Text.Json;

namespace Outreach.Tool.Import.Columns;

/// <summary>The API's enum values as a mapping writes them: in lower case with '_', without their prefix.</summary>
public static class EnumNames
{
    /// <summary>Reads one; "unspecified" is none.</summary>
    public static bool TryParse<TAnswer>(string text, out TAnswer answer)
        where TAnswer : struct, Enum
    {
        answer = default;
        var found = Values<TAnswer>().FirstOrDefault(v => v.Text == text);
        if (found.Text is null)
            return false;
        answer = found.Value;
        return true;
    }

    /// <summary>Reads one that was checked.</summary>
    public static TAnswer Parse<TAnswer>(string text)
        where TAnswer : struct, Enum =>
        TryParse<TAnswer>(text, out var answer)
            ? answer
            : throw new ArgumentException($"'{text}' is none of {KnownNames<TAnswer>()}.", nameof(text));

    /// <summary>All of them, for messages.</summary>
    public static string KnownNames<TAnswer>()
        where TAnswer : struct, Enum => string.Join(", ", Values<TAnswer>().Select(v => v.Text));

    /// <summary>One as a mapping writes it.</summary>
    public static string Format<TAnswer>(TAnswer answer)
        where TAnswer : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(answer.ToString());

    private static IEnumerable<(string? Text, TAnswer Value)> Values<TAnswer>()
        where TAnswer : struct, Enum =>
        Enum.GetValues<TAnswer>().Where(v => Convert.ToInt32(v) != 0).Select(v => ((string?)Format(v), v));
}
