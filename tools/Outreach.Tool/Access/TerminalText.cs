namespace Outreach.Tool.Access;

/// <summary>Makes text from others safe to show in a terminal.</summary>
internal static class TerminalText
{
    private const int MaxLength = 500;

    /// <summary>Returns text on one line of at most 500 characters, with control characters replaced.</summary>
    public static string Sanitize(string text)
    {
        var plain = SafeText.Replace(text.Length > MaxLength ? text[..MaxLength] : text);
        return text.Length > MaxLength ? plain + "…" : plain;
    }
}
