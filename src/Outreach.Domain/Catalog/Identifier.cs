namespace Outreach.Domain.Catalog;

/// <summary>A standard code of a product, as printed on it. Codes are equal if their scheme and text are.</summary>
public sealed record Identifier
{
    /// <exception cref="ArgumentException"><paramref name="value"/> is not a code of the scheme according to <see cref="IsValid"/>.</exception>
    public Identifier(IdentifierScheme scheme, string value)
    {
        if (!IsValid(scheme, value))
            throw new ArgumentException($"A {scheme} must be {Rule(scheme)}; this is '{value}'.", nameof(value));
        Scheme = scheme;
        Value = value;
    }

    public IdentifierScheme Scheme { get; }

    public string Value { get; }

    public override string ToString() => $"{Scheme} {Value}";

    /// <summary>True if a text has the form of the scheme and, for a GTIN, the right check digit. It may still be a code that was never issued.</summary>
    public static bool IsValid(IdentifierScheme scheme, string value) => scheme switch
    {
        IdentifierScheme.Gtin => IsGtin(value),
        IdentifierScheme.Ndc442 => HasSegments(value, 4, 4, 2),
        IdentifierScheme.Ndc532 => HasSegments(value, 5, 3, 2),
        IdentifierScheme.Ndc541 => HasSegments(value, 5, 4, 1),
        IdentifierScheme.Ndc542 => HasSegments(value, 5, 4, 2),
        _ => false,
    };

    /// <summary>The form of a scheme in words, for messages.</summary>
    public static string Rule(IdentifierScheme scheme) => scheme switch
    {
        IdentifierScheme.Gtin => "14 digits, the last of them the GS1 check digit",
        IdentifierScheme.Ndc442 => "4-4-2 digits with their hyphens",
        IdentifierScheme.Ndc532 => "5-3-2 digits with their hyphens",
        IdentifierScheme.Ndc541 => "5-4-1 digits with their hyphens",
        IdentifierScheme.Ndc542 => "5-4-2 digits with their hyphens",
        _ => "of a known scheme",
    };

    /// <summary>
    /// GS1 General Specifications, section 7.9: the 14 digits have the weights 3 and 1 in turn, beginning with 3 at the left;
    /// the weighted sum, including the check digit, is a multiple of ten.
    /// </summary>
    private static bool IsGtin(string value) =>
        value.Length == 14
        && value.All(char.IsAsciiDigit)
        && value.Select((digit, place) => (digit - '0') * (place % 2 == 0 ? 3 : 1)).Sum() % 10 == 0;

    private static bool HasSegments(string value, params ReadOnlySpan<int> lengths)
    {
        var segments = value.Split('-');
        if (segments.Length != lengths.Length)
            return false;
        for (var i = 0; i < lengths.Length; i++)
            if (segments[i].Length != lengths[i] || !segments[i].All(char.IsAsciiDigit))
                return false;
        return true;
    }
}

/// <summary>Kinds of product code. The NDC formats are distinct, because an NDC's hyphens cannot be recovered from its digits.</summary>
public enum IdentifierScheme
{
    Gtin = 1,
    Ndc442 = 2,
    Ndc532 = 3,
    Ndc541 = 4,
    Ndc542 = 5,
}
