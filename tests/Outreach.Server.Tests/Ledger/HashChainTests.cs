using System.Text;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

public sealed class HashChainTests
{
    [Fact]
    public void The_hash_of_an_append_does_not_change()
    {
        var first = HashChain.ComputeHash(HashChain.InitialHash, "stock/van-1", CreateRun(1, "[{\"kind\":\"noted\"}]"));
        Assert.Equal("3f99f854abd432308b8490de1697f443624a7860d19f8b5422ec60e5ddbea268", Convert.ToHexStringLower(first));
        Assert.Equal("2f156654e83406eba6308d7eea5122edf4031cfb601da06208549af1c1abdfa2", Convert.ToHexStringLower(HashChain.ComputeHash(first, "stock/van-1", CreateRun(2, "[{\"kind\":\"noted\"}]"))));
    }

    private static FactRun CreateRun(long version, string payload) =>
        new(version, 1, Instant.FromUtc(2026, 3, 1, 12, 0), Encoding.UTF8.GetBytes(payload));
}
