namespace Outreach.Tool.Import;

/// <summary>The ids of sites and products.</summary>
internal static class Slug
{
    /// <summary>What an id looks like.</summary>
    public const string Rule = "1 to 64 of a-z, 0-9, '-', '.', '_', beginning with a letter or digit";

    /// <summary>Whether a text can be an id.</summary>
    public static bool IsValid(string text) =>
        text.Length is >= 1 and <= 64 && IsLetterOrDigit(text[0]) && text.All(c => IsLetterOrDigit(c) || c is '-' or '.' or '_');

    private static bool IsLetterOrDigit(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
