using Grpc.Core;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Server.Tests.Reports;

/// <summary>The stream of an overview watch.</summary>
internal sealed class OverviewStream(AsyncServerStreamingCall<WatchOverviewResponse> call) : IDisposable
{
    private static readonly TimeSpan NextTimeout = TimeSpan.FromSeconds(90);

    /// <summary>Waits for the next message.</summary>
    public async Task<WatchOverviewResponse> NextAsync()
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(NextTimeout, TestContext.Current.CancellationToken));
        return call.ResponseStream.Current;
    }

    public void Dispose() => call.Dispose();
}
