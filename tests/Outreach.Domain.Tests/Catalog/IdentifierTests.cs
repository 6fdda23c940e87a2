using Outreach.Domain.Catalog;
using CsCheck;

namespace Outreach.Domain.Tests.Catalog;

/// <summary>Codes printed on products. The GTINs are examples from GS1 documents, not real products.</summary>
public class IdentifierTests
{
    [Theory]
    [InlineData("00012345600012")]
    [InlineData("06291041500213")]
    [InlineData("10614141000415")]
    [InlineData("09521234543213")]
    public void A_GTIN_with_a_correct_check_digit_is_valid(string value)
    {
        Assert.True(Identifier.IsValid(IdentifierScheme.Gtin, value));
        Assert.Equal(value, new Identifier(IdentifierScheme.Gtin, value).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0001234560001")]
    [InlineData("000123456000122")]
    [InlineData("00012345600013")]
    [InlineData("0001234560001x")]
    [InlineData("٠٠٠١٢٣٤٥٦٠٠٠١٢")]
    [InlineData(" 0012345600012")]
    public void An_invalid_GTIN_is_refused(string value)
    {
        Assert.False(Identifier.IsValid(IdentifierScheme.Gtin, value));
        Assert.Throws<ArgumentException>(() => new Identifier(IdentifierScheme.Gtin, value));
    }

    [Fact]
    public void A_GTIN_with_one_wrong_digit_is_invalid() =>
        Gen.Select(Gen.Long[0, 9_999_999_999_999], Gen.Int[0, 13], Gen.Int[1, 9]).Sample((body, place, shift) =>
        {
            var gtin = WithCheckDigit(body);
            var misread = gtin.ToCharArray();
            misread[place] = (char)('0' + (misread[place] - '0' + shift) % 10);

            Assert.True(Identifier.IsValid(IdentifierScheme.Gtin, gtin));
            Assert.False(Identifier.IsValid(IdentifierScheme.Gtin, new string(misread)));
        });

    [Theory]
    [InlineData(IdentifierScheme.Ndc442, "1234-5678-90")]
    [InlineData(IdentifierScheme.Ndc532, "12345-678-90")]
    [InlineData(IdentifierScheme.Ndc541, "12345-6789-0")]
    [InlineData(IdentifierScheme.Ndc542, "12345-6789-01")]
    public void An_NDC_is_valid_only_for_its_own_segment_lengths(IdentifierScheme scheme, string value)
    {
        Assert.All(Enum.GetValues<IdentifierScheme>(), other => Assert.Equal(other == scheme, Identifier.IsValid(other, value)));
    }

    [Theory]
    [InlineData("1234567890")]
    [InlineData("1234-5678-9")]
    [InlineData("1234-5678-90-")]
    [InlineData("-1234-5678-90")]
    [InlineData("1234--5678-90")]
    [InlineData("12a4-5678-90")]
    [InlineData("1234 5678 90")]
    [InlineData("")]
    public void An_invalid_NDC_is_refused(string value)
    {
        Assert.All(Enum.GetValues<IdentifierScheme>(), scheme => Assert.False(Identifier.IsValid(scheme, value)));
    }

    [Fact]
    public void An_unknown_scheme_has_no_valid_codes()
    {
        Assert.False(Identifier.IsValid((IdentifierScheme)77, "00012345600012"));
        Assert.Contains("of a known scheme", Assert.Throws<ArgumentException>(() => new Identifier((IdentifierScheme)77, "1")).Message, StringComparison.Ordinal);
    }

    /// <summary>Computes the check digit from right to left, as the GS1 standard does, to be independent of the tested code.</summary>
    private static string WithCheckDigit(long body)
    {
        var digits = body.ToString("D13");
        var sum = digits.Reverse().Select((digit, place) => (digit - '0') * (place % 2 == 0 ? 3 : 1)).Sum();
        return digits + (10 - sum % 10) % 10;
    }
}
