
namespace Outreach.Domain.Recording;

/// <summary>The id of whoever did something, never a name: <see cref="Rule"/>. The default, empty: not known.</summary>
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

    /// <summary>True if a text is such an id and not empty.</summary>
    public static bool IsValid(string value) =>
        value.Length is >= 1 and <= 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '@' or ':');

    public override string ToString() => Value;
}
