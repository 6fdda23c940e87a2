namespace Outreach.Domain.Access;

/// <summary>A one-time code that a person types: ten of 32 signs, 50 bits of chance. The default value is no code and must not be used.</summary>
/// <remarks>The signs are Crockford's base 32, without I, L, O and U: what is easily mistaken is read as what it looks like.</remarks>
public readonly record struct EnrollmentCode
{
    /// <summary>Signs of a code.</summary>
    public const int Length = 10;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private EnrollmentCode(string signs) => Value = signs;

    /// <summary>The ten signs, in capitals, without a dash.</summary>
    public string Value { get; }

    /// <summary>Makes a code of chance.</summary>
    /// <param name="chance">At least <see cref="Length"/> bytes, each as likely as any other; five bits of each are used.</param>
    public static EnrollmentCode FromRandomBytes(ReadOnlySpan<byte> chance)
    {
        Span<char> signs = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
            signs[i] = Alphabet[chance[i] & 31];
        return new EnrollmentCode(new string(signs));
    }

    /// <summary>Reads what a person typed: in either case, with dashes or spaces anywhere; null where it is no code.</summary>
    public static EnrollmentCode? ParseOrNull(string typed)
    {
        if (typed.Length > 3 * Length)
            return null;
        var signs = string.Concat(typed.Where(c => c is not ('-' or ' ')).Select(NormalizeCharacter));
        return signs.Length == Length && signs.All(Alphabet.Contains) ? new EnrollmentCode(signs) : null;
    }

    /// <summary>As it is shown: <c>XXXXX-XXXXX</c>.</summary>
    public string ToDisplayString() => $"{Value[..5]}-{Value[5..]}";

    /// <summary>Nothing of it, so that it gets into no log.</summary>
    public override string ToString() => "(a code)";

    private static char NormalizeCharacter(char typed) => char.ToUpperInvariant(typed) switch
    {
        'I' or 'L' => '1',
        'O' => '0',
        var sign => sign,
    };
}
