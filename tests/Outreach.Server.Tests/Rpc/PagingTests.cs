using CsCheck;
using Outreach.Server.Rpc;

namespace Outreach.Server.Tests.Rpc;

public class PagingTests
{
    [Theory]
    [InlineData(0, 50)]
    [InlineData(1, 1)]
    [InlineData(1_000, 1_000)]
    [InlineData(1_001, 1_000)]
    [InlineData(int.MaxValue, 1_000)]
    public void A_size_is_defaulted_and_capped(int asked, int size)
    {
        var violations = new Violations();

        Assert.Equal(new PageRequest(size, null), Paging.Parse(asked, "", "sites", 1, violations));
        Assert.False(violations.Any);
    }

    [Fact]
    public void A_negative_size_is_refused()
    {
        var violations = new Violations();

        Paging.Parse(-1, "", "sites", 1, violations);

        Assert.Equal("page_size", Assert.Single(violations.Found).Field);
    }

    [Fact]
    public void A_token_round_trips_its_key() =>
        Gen.Select(Gen.String[0, 64], Gen.String[0, 64]).Sample((a, b) =>
        {
            // A lone surrogate cannot come: keys are read from stored, valid text.
            if (a.Any(char.IsSurrogate) || b.Any(char.IsSurrogate))
                return;
            var violations = new Violations();
            var page = Paging.Parse(1, Paging.CreateToken("list x", a, b), "list x", 2, violations);

            Assert.False(violations.Any);
            Assert.Equal([a, b], page.After);
        });

    [Fact]
    public void A_token_of_another_list_or_filter_is_refused()
    {
        var violations = new Violations();

        var page = Paging.Parse(0, Paging.CreateToken("sites 1", "van-1"), "sites 2", 1, violations);

        Assert.Null(page.After);
        Assert.Contains("filters", Assert.Single(violations.Found).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_token_is_refused() =>
        Gen.OneOf(Gen.String[0, 100], Gen.Byte.Array[0, 60].Select(Convert.ToBase64String)).Where(token => token.Length > 0).Sample(token =>
        {
            var violations = new Violations();
            var page = Paging.Parse(0, token, "sites", 1, violations);

            Assert.Null(page.After);
            Assert.Equal("page_token", Assert.Single(violations.Found).Field);
        });

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[null,null]")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("[\"a\",\"b\",\"c\"]")]
    public void A_token_of_another_shape_is_refused(string json)
    {
        var violations = new Violations();

        Paging.Parse(0, System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json)), "sites", 1, violations);

        Assert.Equal("page_token", Assert.Single(violations.Found).Field);
    }

    [Fact]
    public void A_token_that_is_too_long_is_refused()
    {
        var violations = new Violations();

        Paging.Parse(0, new string('A', 4_000_000), "sites", 1, violations);

        Assert.Single(violations.Found);
    }
}
