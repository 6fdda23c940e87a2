using System.Text;
using CsCheck;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

public sealed class PayloadTests
{
    [Fact]
    public void What_is_long_shrinks_and_comes_back()
    {
        Gen.String[0, 3_000].Array[0, 20].Sample(texts =>
        {
            var json = Encoding.UTF8.GetBytes($"[{string.Join(',', texts)}]");
            using var shrunk = Payload.Shrink(json);
            Assert.Equal(json.Length >= Payload.Long, shrunk is not null);
            Assert.Equal(json, Payload.Json(shrunk?.Memory ?? json).ToArray());
        });
    }

    /// <summary>Stored once in this form, and so readable for ever.</summary>
    [Fact]
    public void The_stored_compressed_form_is_read()
    {
        var stored = Convert.FromHexString(StoredForms.TextOf("Ledger", "payload-brotli.hex"));
        Assert.Equal($"[{string.Join(',', Enumerable.Range(0, 2_000))}]", Encoding.UTF8.GetString(Payload.Json(stored).Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7b7d")]
    [InlineData("0100001000ffffff")]
    [InlineData("02000010000000")]
    public void What_is_in_no_known_form_is_refused(string stored) =>
        Assert.Throws<InvalidDataException>(() => Payload.Json(Convert.FromHexString(stored)));
}
