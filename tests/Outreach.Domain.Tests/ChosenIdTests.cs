using Outreach.Domain.Catalog;
using Outreach.Domain.Sites;

namespace Outreach.Domain.Tests;

public class ChosenIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("van-1")]
    [InlineData("nasal_4.mg-2")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890abcd")]
    public void A_valid_id_is_accepted_unchanged(string text)
    {
        Assert.True(Slug.IsValid(text));
        Assert.Equal(text, new ProductId(text).ToString());
        Assert.Equal(text, new SiteId(text).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("_a")]
    [InlineData("A")]
    [InlineData("van 1")]
    [InlineData("vän")]
    [InlineData("a/b")]
    [InlineData("a\0")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890abcde")]
    public void An_invalid_id_is_refused(string? text)
    {
        Assert.False(Slug.IsValid(text));
        Assert.Throws<ArgumentException>(() => new ProductId(text!));
        Assert.Throws<ArgumentException>(() => new SiteId(text!));
    }
}
