namespace Outreach.Domain.Access;

/// <summary>The hash of a secret, by which it is recognized. The default value stands for no secret.</summary>
public readonly record struct SecretHash
{
    /// <summary>The number of hexadecimal digits.</summary>
    public const int Length = 64;

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is not a hash.</exception>
    public SecretHash(string value)
    {
        if (value.Length is not (0 or Length) || !value.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException($"A hash must have {Length} lower-case hexadecimal digits; this has {value.Length} characters.", nameof(value));
        text = value.Length == 0 ? null : value;
    }

    public string Value => text ?? "";

    public override string ToString() => Value;
}
