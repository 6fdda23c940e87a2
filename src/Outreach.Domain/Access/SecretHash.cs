namespace Outreach.Domain.Access;

/// <summary>Tells one secret from another and gives nothing of it away. The default value is the mark of none.</summary>
public readonly record struct SecretHash
{
    /// <summary>Digits of a mark.</summary>
    public const int Length = 64;

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is no mark.</exception>
    public SecretHash(string value)
    {
        if (value.Length is not (0 or Length) || !value.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException($"A mark is {Length} hexadecimal digits; this is something else.", nameof(value));
        text = value.Length == 0 ? null : value;
    }

    public string Value => text ?? "";

    public override string ToString() => Value;
}
