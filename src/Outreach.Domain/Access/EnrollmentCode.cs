namespace Outreach.Domain.Access;

/// <summary>A one-time code that a person types: ten of 32 characters, 50 random bits. The default value is not a code and must not be used.</summary>
/// <remarks>The alphabet is Crockford's base 32, without I, L, O and U. A character that looks like another is read as that one.</remarks>
public readonly record struct EnrollmentCode
{
    /// <summary>The number of characters of a code.</summary>
    public const int Length = 10;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private EnrollmentCode(string characters) => Value = characters;

    /// <summary>The ten characters in upper case, without a dash.</summary>
    public string Value { get; }

    /// <summary>Creates a code from random bytes.</summary>
    /// <param name="random">At least <see cref="Length"/> uniformly random bytes; five bits of each are used.</param>
    public static EnrollmentCode FromRandomBytes(ReadOnlySpan<byte> random)
    {
        Span<char> characters = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
            characters[i] = Alphabet[random[i] & 31];
        return new EnrollmentCode(new string(characters));
    }

    /// <summary>Parses what a person typed, in either case, with dashes or spaces anywhere; null if it is not a code.</summary>
    public static EnrollmentCode? ParseOrNull(string typed)
    {
        if (typed.Length > 3 * Length)
            return null;
        var characters = string.Concat(typed.Where(c => c is not ('-' or ' ')).Select(NormalizeCharacter));
        return characters.Length == Length && characters.All(Alphabet.Contains) ? new EnrollmentCode(characters) : null;
    }

    /// <summary>The code as it is displayed: <c>XXXXX-XXXXX</c>.</summary>
    public string ToDisplayString() => $"{Value[..5]}-{Value[5..]}";

    /// <summary>A constant text, so that the code does not appear in logs.</summary>
    public override string ToString() => "(a code)";

    private static char NormalizeCharacter(char typed) => char.ToUpperInvariant(typed) switch
    {
        'I' or 'L' => '1',
        'O' => '0',
        var character => character,
    };
}
