
namespace Outreach.Domain.Recording;

/// <summary>Why a person changed what was recorded: 1 to <see cref="MaxLength"/> characters, never anything about a person.</summary>
public readonly record struct Reason
{
    public const int MaxLength = 500;

    /// <exception cref="ArgumentException"><paramref name="text"/> is empty, only spaces, or too long.</exception>
    public Reason(string text) =>
        Text = IsValid(text) ? text : throw new ArgumentException($"A reason has 1 to {MaxLength} characters; this has {text.Length}.", nameof(text));

    public string Text { get; }

    public static bool IsValid(string text) => text.Length <= MaxLength && !string.IsNullOrWhiteSpace(text);

    public override string ToString() => Text;
}
