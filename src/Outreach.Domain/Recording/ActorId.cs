
namespace Outreach.Domain.Recording;

/// <summary>The id of the person or machine that acted, never a name: <see cref="Rule"/>. The default value, empty, means not known.</summary>
public readonly record struct ActorId
{
    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 64 of A-Z, a-z, 0-9, '-', '.', '_', '@', ':'";

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is neither empty nor an actor's id.</exception>
    public ActorId(string value)
    {
        if (value.Length > 0 && !IsValid(value))
            throw new ArgumentException($"An actor's id must have {Rule}; this is '{value}'.", nameof(value));
        text = value.Length == 0 ? null : value;
    }

    public string Value => text ?? "";

    /// <summary>True if a text is an actor's id and not empty.</summary>
    public static bool IsValid(string value) =>
        value.Length is >= 1 and <= 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '@' or ':');

    public override string ToString() => Value;
}
