using Grpc.Core;
using Outreach.Protocol.Upkeep.V1;

namespace Outreach.Server.Tests;

/// <summary>Assertions that use the upkeep API.</summary>
internal static class UpkeepAssert
{
    /// <summary>Asserts that verification finds nothing, and that a rebuild does not change what <paramref name="read"/> returns.</summary>
    public static async Task EqualsReplayAsync<T>(ChannelBase channel, Func<Task<T>> read, CancellationToken cancel)
    {
        var upkeep = new UpkeepService.UpkeepServiceClient(channel);
        var before = await read();

        using (var verify = upkeep.Verify(new VerifyRequest(), cancellationToken: cancel))
            Assert.All(await verify.ResponseStream.ReadAllAsync(cancel).ToListAsync(cancel), response => Assert.Equal((0, ""), (response.FindingsTotal, response.Finding)));
        using (var rebuild = upkeep.Rebuild(new RebuildRequest(), cancellationToken: cancel))
            Assert.True((await rebuild.ResponseStream.ReadAllAsync(cancel).LastAsync(cancel)).Done);

        Assert.Equal(before, await read());
    }
}
