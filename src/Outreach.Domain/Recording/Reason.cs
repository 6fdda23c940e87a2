
namespace Outreach.Domain.Recording;

/// <summary>Why a person changed a record: 1 to <see cref="MaxLength"/> characters, never anything about a person served.</summary>
public readonly record struct Reason
{
    public const int MaxLength = 500;

    /// <exception cref="ArgumentException"><paramref name="text"/> is blank or longer than <see cref="MaxLength"/>.</exception>
    public Reason(string text) =>
        Text = IsValid(text) ? text : throw new ArgumentException($"A reason must have 1 to {MaxLength} characters and not be blank; this has {text.Length}.", nameof(text));

    public string Text { get; }

    public static bool IsValid(string text) => text.Length <= MaxLength && !string.IsNullOrWhiteSpace(text);

    public override string ToString() => Text;
}
