using Outreach.Domain.Access;

namespace Outreach.Domain.Tests.Access;

public class EnrollmentCodeTests
{
    private static readonly EnrollmentCode Code = EnrollmentCode.FromRandomBytes([0, 1, 10, 31, 15, 16, 20, 25, 30, 5]);

    [Fact]
    public void A_code_is_shown_in_two_halves() => Assert.Equal("01AZF-GMSY5", Code.ToDisplayString());

    [Theory]
    [InlineData("01AZF-GMSY5")]
    [InlineData("01azfgmsy5")]
    [InlineData(" 01AZ FG MSY5 ")]
    [InlineData("OIazf-gmsy5")]
    [InlineData("olazf-gmsy5")]
    public void Case_spaces_and_easily_confused_characters_are_ignored(string typed) => Assert.Equal(Code, EnrollmentCode.ParseOrNull(typed));

    [Theory]
    [InlineData("")]
    [InlineData("01AZF-GMSY")]
    [InlineData("01AZF-GMSY55")]
    [InlineData("01AZF-GMSYU")]
    [InlineData("01AZF_GMSY5")]
    [InlineData("٠1AZF-GMSY5")]
    public void Anything_else_is_not_a_code(string typed) => Assert.Null(EnrollmentCode.ParseOrNull(typed));

    [Fact]
    public void A_very_long_text_is_not_a_code() => Assert.Null(EnrollmentCode.ParseOrNull(new string('-', 1_000_000)));

    [Fact]
    public void ToString_does_not_reveal_the_code() => Assert.DoesNotContain("AZF", $"{Code}", StringComparison.Ordinal);
}
