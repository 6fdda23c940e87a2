using System.Text;
using CsCheck;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

public sealed class PayloadTests
{
    [Fact]
    public void A_long_payload_is_compressed_and_restored()
    {
        Gen.String[0, 3_000].Array[0, 20].Sample(texts =>
        {
            var json = Encoding.UTF8.GetBytes($"[{string.Join(',', texts)}]");
            using var compressed = PayloadCodec.TryCompress(json);
            Assert.Equal(json.Length >= PayloadCodec.CompressionThreshold, compressed is not null);
            Assert.Equal(json, PayloadCodec.Decompress(compressed?.Memory ?? json).ToArray());
        });
    }

    /// <summary>Payloads in this format are stored and must stay readable.</summary>
    [Fact]
    public void A_stored_compressed_payload_is_read()
    {
        var stored = Convert.FromHexString(GoldenFiles.ReadText("Ledger", "payload-brotli.hex"));
        Assert.Equal($"[{string.Join(',', Enumerable.Range(0, 2_000))}]", Encoding.UTF8.GetString(PayloadCodec.Decompress(stored).Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7b7d")]
    [InlineData("0100001000ffffff")]
    [InlineData("02000010000000")]
    public void An_unknown_payload_format_is_refused(string stored) =>
        Assert.Throws<InvalidDataException>(() => PayloadCodec.Decompress(Convert.FromHexString(stored)));
}
