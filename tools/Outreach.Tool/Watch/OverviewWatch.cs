using Grpc.Core;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Tool.Watch;

/// <summary>Watches the overview until it is cancelled. After a lost connection it continues from the last position.</summary>
public sealed class OverviewWatch(OverviewService.OverviewServiceClient overviews, OverviewQuery query)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private readonly OverviewSnapshot overview = new();

    /// <exception cref="RpcException">The first connection failed, or the server refused the query.</exception>
    public async Task RunAsync(IOverviewSink sink, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await WatchOnceAsync(sink, cancellation);
                sink.Show(overview, "the server ended the stream; reconnecting");
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException failure) when (overview.Position.Length > 0 && IsDisconnect(failure))
            {
                sink.Show(overview, $"connection lost ({failure.StatusCode}); reconnecting");
            }
            await Task.Delay(RetryDelay, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchOnceAsync(IOverviewSink sink, CancellationToken cancellation)
    {
        var request = new WatchOverviewRequest { Query = query, AfterPosition = overview.Position };
        using var call = overviews.WatchOverview(request, cancellationToken: cancellation);
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            overview.Apply(response);
            sink.Show(overview, warning: null);
        }
    }

    // A connection that breaks during a stream is reported with any of these statuses.
    private static bool IsDisconnect(RpcException failure) =>
        ServerConnection.IsTransient(failure) || failure.StatusCode is StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown
        || ServerConnection.IsAccessChanged(failure);
}
