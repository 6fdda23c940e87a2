using System.Buffers;

namespace Outreach.Domain;

/// <summary>The rule for ids that people choose: short, lower-case and safe in a URL.</summary>
public static class Slug
{
    /// <summary>The maximum number of characters.</summary>
    public const int MaxLength = 64;

    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 64 of a-z, 0-9, '-', '.', '_', beginning with a letter or digit";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>True if a text follows the rule.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: >= 1 and <= MaxLength }
        && (char.IsAsciiLetterLower(text[0]) || char.IsAsciiDigit(text[0]))
        && !text.AsSpan().ContainsAnyExcept(Allowed);

    internal static string Require(string text) =>
        IsValid(text) ? text : throw new ArgumentException($"An id must have {Rule}; this is '{text}'.", nameof(text));
}
