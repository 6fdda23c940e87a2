using Google.Rpc;
using Grpc.Core;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Shell.Connection;

namespace Outreach.Web.Reports;

/// <summary>Opens one stream of an overview.</summary>
public delegate AsyncServerStreamingCall<WatchOverviewResponse> OpenWatch(WatchOverviewRequest request, CancellationToken cancel);

/// <summary>
/// Follows one question until it is stopped: takes a first state, puts every change over it, and when the stream breaks, opens
/// another from the last position with growing waits. What was shown stays while it does, unless the server no longer knows who asks.
/// </summary>
/// <remarks>
/// A stream that is silent for <see cref="IdleTimeout"/> may be dead without anybody having noticed (a phone that slept, a network
/// that changed): it is opened again quietly, and only a failure to do so is told.
/// </remarks>
public sealed class OverviewWatch(OverviewFilter ask, OpenWatch open, TimeProvider time, Action changed)
{
    /// <summary>How long a stream may be silent before it is opened again.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(45);

    /// <summary>How long the server may take to say that it has opened a stream.</summary>
    public static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    private CancellationTokenSource? retryWait;
    private bool bySite = true;
    private bool reauthenticated;
    private int failures;

    /// <summary>What was asked.</summary>
    public OverviewFilter Filter { get; } = ask;

    /// <summary>What is known.</summary>
    public OverviewSnapshot Snapshot { get; private set; } = new();

    /// <summary>How it stands with the server.</summary>
    public ConnectionState Connection { get; private set; } = new ConnectionState.Connecting();

    /// <summary>When the server was last heard of; null before that.</summary>
    public DateTimeOffset? LastHeard { get; private set; }

    /// <summary>Follows until it is cancelled or refused; cancelling is not an error.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var lost = await FollowOnceAsync(cancel);
            if (cancel.IsCancellationRequested || Connection is ConnectionState.Refused)
                return;
            if (lost)
                await WaitAsync(cancel);
        }
    }

    /// <summary>Ends a wait at once.</summary>
    public void TryNow() => retryWait?.Cancel();

    /// <summary>Follows one stream to its end.</summary>
    /// <returns>Whether there should be a wait before the next.</returns>
    private async Task<bool> FollowOnceAsync(CancellationToken cancel)
    {
        var heard = false;
        using var silence = new CancellationTokenSource(OpenTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, silence.Token);
        try
        {
            var request = new WatchOverviewRequest { Query = Filter.ToOverviewQuery(bySite), AfterPosition = Snapshot.Position };
            using var call = open(request, either.Token);
            await call.ResponseHeadersAsync.WaitAsync(either.Token);
            silence.CancelAfter(IdleTimeout);
            while (await call.ResponseStream.MoveNext(either.Token))
            {
                heard = true;
                silence.CancelAfter(IdleTimeout);
                Snapshot.Apply(call.ResponseStream.Current);
                reauthenticated = false;
                OnMessageReceived();
            }

            return true;
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception) when (silence.IsCancellationRequested)
        {
            return !heard;
        }
        catch (RpcException e)
        {
            return HandleFailure(e);
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    /// <summary>Decides what a failed call means.</summary>
    /// <returns>Whether there should be a wait before the next.</returns>
    private bool HandleFailure(RpcException failed)
    {
        // The server says when to come again: it has enough to do now, and nothing is wrong with what was asked.
        if (failed.GetRpcStatus()?.GetDetail<RetryInfo>() is not null)
            return true;
        switch (failed.StatusCode)
        {
            // Whoever carries the calls has proved again who asks, and is asked once more. What that one may see can be less.
            case StatusCode.Unauthenticated when !reauthenticated:
                reauthenticated = true;
                Snapshot = new OverviewSnapshot();
                SetConnection(new ConnectionState.Connecting());
                return false;
            case StatusCode.ResourceExhausted when bySite:
                bySite = false;
                Snapshot = new OverviewSnapshot();
                return false;
            case StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.FailedPrecondition when Snapshot.Position.Length > 0:
                Snapshot = new OverviewSnapshot();
                return true;
            case StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.ResourceExhausted or StatusCode.Unimplemented
                or StatusCode.PermissionDenied or StatusCode.Unauthenticated:
                SetConnection(new ConnectionState.Refused(failed.Status.Detail));
                return false;
            default:
                return true;
        }
    }

    /// <summary>A figure came in. Headers alone are no sign: a server whose store is away sends them too, and then fails.</summary>
    private void OnMessageReceived()
    {
        failures = 0;
        LastHeard = time.GetUtcNow();
        SetConnection(new ConnectionState.Live(bySite));
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        var delay = Backoff.DelayAfter(++failures, Random.Shared.NextDouble());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        retryWait = ended;
        SetConnection(new ConnectionState.Lost(time.GetUtcNow() + delay));
        try
        {
            await Task.Delay(delay, time, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // Tried now, or stopped.
        }
        finally
        {
            retryWait = null;
        }
    }

    private void SetConnection(ConnectionState link)
    {
        Connection = link;
        changed();
    }
}
