
namespace Outreach.Domain.Recording;

/// <summary>Who did something, by an id and never by name: <see cref="Rule"/>. The default value, empty: not said.</summary>
public readonly record struct ActorId
{
    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 64 of A-Z, a-z, 0-9, '-', '.', '_', '@', ':'";

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is neither empty nor such an id.</exception>
    public ActorId(string value)
    {
        if (value.Length > 0 && !IsValid(value))
            throw new ArgumentException($"An actor's id is {Rule}; this is '{value}'.", nameof(value));
        text = value.Length == 0 ? null : value;
    }

    public string Value => text ?? "";

    /// <summary>Whether a text that is not empty is such an id.</summary>
    public static bool IsValid(string value) =>
        value.Length is >= 1 and <= 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '@' or ':');

    public override string ToString() => Value;
}
