using System.Buffers;

namespace Outreach.Domain;

/// <summary>The rule for ids that people choose: short, fit for an URL, the same in every letter case.</summary>
public static class Slug
{
    /// <summary>The most characters an id may have.</summary>
    public const int MaxLength = 64;

    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 64 of a-z, 0-9, '-', '.', '_', first a letter or digit";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>Whether a text is such an id.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: >= 1 and <= MaxLength }
        && (char.IsAsciiLetterLower(text[0]) || char.IsAsciiDigit(text[0]))
        && !text.AsSpan().ContainsAnyExcept(Allowed);

    internal static string Require(string text) =>
        IsValid(text) ? text : throw new ArgumentException($"An id is {Rule}; this is '{text}'.", nameof(text));
}
