using Google.Rpc;
using Grpc.Core;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Shell.Connection;

namespace Outreach.Web.Reports;

/// <summary>Opens a stream of figures.</summary>
public delegate AsyncServerStreamingCall<WatchOverviewResponse> OpenWatch(WatchOverviewRequest request, CancellationToken cancel);

/// <summary>
/// Watches the figures of one filter until it is cancelled. If the stream breaks, opens another one from the last position, after
/// growing delays. The figures stay meanwhile, unless the user is no longer authenticated.
/// </summary>
/// <remarks>
/// A stream without messages for <see cref="IdleTimeout"/> may be dead without an error, for example because a phone slept or the network
/// changed. It is opened again, and the connection counts as lost only if that fails.
/// </remarks>
public sealed class OverviewWatch(OverviewFilter filter, OpenWatch openStream, TimeProvider time, Action onChanged)
{
    /// <summary>How long a stream may be without messages before it is opened again.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(45);

    /// <summary>How long the server may take to open a stream.</summary>
    public static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    private CancellationTokenSource? retryWait;
    private bool bySite = true;
    private bool reauthenticated;
    private int failures;

    /// <summary>What is watched.</summary>
    public OverviewFilter Filter { get; } = filter;

    /// <summary>The current figures.</summary>
    public OverviewSnapshot Snapshot { get; private set; } = new();

    /// <summary>The state of the connection.</summary>
    public ConnectionState Connection { get; private set; } = new ConnectionState.Connecting();

    /// <summary>When the last message arrived; null if none has arrived yet.</summary>
    public DateTimeOffset? LastHeard { get; private set; }

    /// <summary>Watches until it is cancelled or the server refuses. Does not throw when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var shouldWait = await ReadStreamAsync(cancel);
            if (cancel.IsCancellationRequested || Connection is ConnectionState.Refused)
                return;
            if (shouldWait)
                await WaitAsync(cancel);
        }
    }

    /// <summary>Starts the next attempt now.</summary>
    public void TryNow() => retryWait?.Cancel();

    /// <summary>Opens one stream and reads it to its end.</summary>
    /// <returns>Whether to wait before the next stream.</returns>
    private async Task<bool> ReadStreamAsync(CancellationToken cancel)
    {
        var received = false;
        using var timeout = new CancellationTokenSource(OpenTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            var request = new WatchOverviewRequest { Query = Filter.ToOverviewQuery(bySite), AfterPosition = Snapshot.Position };
            using var call = openStream(request, linked.Token);
            await call.ResponseHeadersAsync.WaitAsync(linked.Token);
            timeout.CancelAfter(IdleTimeout);
            while (await call.ResponseStream.MoveNext(linked.Token))
            {
                received = true;
                timeout.CancelAfter(IdleTimeout);
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
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            return !received;
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

    /// <summary>Handles a failed call.</summary>
    /// <returns>Whether to wait before the next stream.</returns>
    private bool HandleFailure(RpcException error)
    {
        // The server is busy. The request itself is valid.
        if (error.GetRpcStatus()?.GetDetail<RetryInfo>() is not null)
            return true;
        switch (error.StatusCode)
        {
            // ReauthenticateInterceptor has authenticated again. The figures are discarded, because the user may see less now.
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
                SetConnection(new ConnectionState.Refused(error.Status.Detail));
                return false;
            default:
                return true;
        }
    }

    /// <summary>Called on messages, not on headers: a server that cannot reach its store sends headers too, and then fails.</summary>
    private void OnMessageReceived()
    {
        failures = 0;
        LastHeard = time.GetUtcNow();
        SetConnection(new ConnectionState.Live(bySite));
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        var delay = Backoff.DelayAfter(++failures, Random.Shared.NextDouble());
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        retryWait = wait;
        SetConnection(new ConnectionState.Lost(time.GetUtcNow() + delay));
        try
        {
            await Task.Delay(delay, time, wait.Token);
        }
        catch (OperationCanceledException)
        {
            // TryNow was called, or the watch was cancelled.
        }
        finally
        {
            retryWait = null;
        }
    }

    private void SetConnection(ConnectionState connection)
    {
        Connection = connection;
        onChanged();
    }
}
