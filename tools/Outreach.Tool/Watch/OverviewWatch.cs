using Grpc.Core;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Tool.Watch;

/// <summary>Shows the overview somewhere.</summary>
public interface IOverviewSink : IDisposable
{
    /// <summary>Shows it as it is now.</summary>
    /// <param name="state">What to show.</param>
    /// <param name="trouble">Why it may be old; null while the server answers.</param>
    void Show(OverviewSnapshot state, string? trouble);
}

/// <summary>Follows the overview until it is cancelled; after a cut it goes on from the last position it saw.</summary>
public sealed class OverviewWatch(OverviewService.OverviewServiceClient overviews, OverviewQuery query)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private readonly OverviewSnapshot state = new();

    /// <summary>Follows.</summary>
    /// <exception cref="RpcException">The server could not be reached at the first try, or refused the query.</exception>
    public async Task RunAsync(IOverviewSink sink, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await FollowOnceAsync(sink, cancellation);
                sink.Show(state, "the server ended the stream; trying again");
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException failure) when (state.Position.Length > 0 && IsDisconnect(failure))
            {
                sink.Show(state, $"cut off ({failure.StatusCode}); trying again");
            }
            await Task.Delay(RetryDelay, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowOnceAsync(IOverviewSink sink, CancellationToken cancellation)
    {
        var request = new WatchOverviewRequest { Query = query, AfterPosition = state.Position };
        using var call = overviews.WatchOverview(request, cancellationToken: cancellation);
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            state.Apply(response);
            sink.Show(state, trouble: null);
        }
    }

    // A server that goes away mid-stream shows as any of these.
    private static bool IsDisconnect(RpcException failure) =>
        ServerConnection.IsTransient(failure) || failure.StatusCode is StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown
        || ServerConnection.IsAccessChanged(failure);
}
