using Grpc.Core;
using Outreach.Protocol.Upkeep.V1;

namespace Outreach.Server.Tests;

/// <summary>The operator's checks, through the API.</summary>
internal static class UpkeepAssert
{
    /// <summary>Asserts that what is seen equals a replay of what was recorded, and is the same again after a rebuild.</summary>
    public static async Task EqualsReplayAsync<T>(ChannelBase channel, Func<Task<T>> see, CancellationToken cancel)
    {
        var ledger = new UpkeepService.UpkeepServiceClient(channel);
        var before = await see();

        using (var verify = ledger.Verify(new VerifyRequest(), cancellationToken: cancel))
            Assert.All(await verify.ResponseStream.ReadAllAsync(cancel).ToListAsync(cancel), response => Assert.Equal((0, ""), (response.FindingsTotal, response.Finding)));
        using (var rebuild = ledger.Rebuild(new RebuildRequest(), cancellationToken: cancel))
            Assert.True((await rebuild.ResponseStream.ReadAllAsync(cancel).LastAsync(cancel)).Done);

        Assert.Equal(before, await see());
    }
}
