using System.Buffers;

namespace Outreach.Domain.Stock;

/// <summary>A manufacturer's lot number: <see cref="Rule"/>. The default value, empty, is for stock that is not recorded by lot.</summary>
public readonly record struct LotNumber : IComparable<LotNumber>
{
    /// <summary>The maximum number of characters, as in the GS1 standard.</summary>
    public const int MaxLength = 20;

    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "at most 20 printable ASCII characters, at least one a letter or digit, without spaces at either end";

    private static readonly SearchValues<char> LettersAndDigits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is neither empty nor a lot number.</exception>
    public LotNumber(string value)
    {
        if (value.Length > 0 && !IsValid(value))
            throw new ArgumentException($"A lot number must have {Rule}; this is '{value}'.", nameof(value));
        text = value.Length == 0 ? null : value;
    }

    public string Value => text ?? "";

    /// <summary>True if a text is a lot number and not empty.</summary>
    public static bool IsValid(string value) =>
        value.Length is >= 1 and <= MaxLength
        && value[0] != ' ' && value[^1] != ' '
        && !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        && value.AsSpan().ContainsAny(LettersAndDigits);

    public int CompareTo(LotNumber other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(LotNumber left, LotNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(LotNumber left, LotNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(LotNumber left, LotNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LotNumber left, LotNumber right) => left.CompareTo(right) >= 0;
}
