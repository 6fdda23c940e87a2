using System.Collections.Concurrent;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>The open streams of this server. One is ended as soon as its caller loses access.</summary>
internal sealed class StreamingCalls(IClock clock)
{
    private readonly ConcurrentDictionary<StreamingCall, byte> calls = new();

    /// <summary>Adds a stream. Dispose the result when the call has ended.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="authorize">Returns why the caller may no longer continue; null if they may.</param>
    /// <param name="cancellationToken">Ends the call too.</param>
    public StreamingCall Add(Caller caller, Func<CancellationToken, Task<Refusal?>> authorize, CancellationToken cancellationToken)
    {
        var call = new StreamingCall(this, caller, authorize, cancellationToken);
        calls.TryAdd(call, 0);
        // The caller's roles may have changed since the call was authorized.
        call.Reauthorize();
        if (caller.ExpiresAt is { } until)
            call.EndAfter(until - clock.GetCurrentInstant());
        return call;
    }

    /// <summary>Authorizes the streams of some callers again, because something about them changed.</summary>
    public void Reauthorize(Func<Caller, bool> whose)
    {
        foreach (var call in calls.Keys.Where(call => whose(call.Caller)))
            call.Reauthorize();
    }

    internal void Remove(StreamingCall call) => calls.TryRemove(call, out _);
}

/// <summary>An open stream.</summary>
internal sealed class StreamingCall : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);
    private const int MaxAttempts = 5;

    private readonly StreamingCalls calls;
    private readonly Func<CancellationToken, Task<Refusal?>> authorize;
    private readonly CancellationTokenSource cancellation;
    private int pendingChecks;

    internal StreamingCall(StreamingCalls calls, Caller caller, Func<CancellationToken, Task<Refusal?>> authorize, CancellationToken cancellationToken)
    {
        (this.calls, Caller, this.authorize) = (calls, caller, authorize);
        this.cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken = this.cancellation.Token;
    }

    public Caller Caller { get; }

    /// <summary>Cancelled when the call must end.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Why the call was ended; null while it continues.</summary>
    public Exception? EndReason { get; private set; }

    public void Dispose()
    {
        calls.Remove(this);
        // Ends what still waits for the call.
        cancellation.Cancel();
        cancellation.Dispose();
    }

    /// <summary>Authorizes the caller again, after a running check.</summary>
    internal void Reauthorize()
    {
        if (Interlocked.Increment(ref pendingChecks) == 1)
            _ = ReauthorizeAsync();
    }

    /// <summary>Ends the call when its token or its device expires.</summary>
    internal void EndAfter(Duration time) => _ = EndAfterAsync(time > Duration.Zero ? time.ToTimeSpan() : TimeSpan.Zero);

    private async Task EndAfterAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, CancellationToken);
            await EndAsync(new RefusedException(Caller.Device is null
                ? Refusal.Unauthenticated("TOKEN_WRONG", "This access token has expired. Refresh it.")
                : DeviceRules.SessionEnded()));
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // The call has ended by itself.
        }
    }

    private async Task ReauthorizeAsync()
    {
        try
        {
            int meant;
            do
            {
                meant = Volatile.Read(ref pendingChecks);
                if (await AuthorizeWithRetryAsync() is { } reason)
                    await EndAsync(reason);
            }
            while (Interlocked.CompareExchange(ref pendingChecks, 0, meant) != meant);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // The call has ended by itself.
        }
    }

    private async Task EndAsync(Exception reason)
    {
        EndReason ??= reason;
        await cancellation.CancelAsync();
    }

    /// <summary>Tries several times, because the store may be unavailable for a while. Without an answer the call ends.</summary>
    private async Task<Exception?> AuthorizeWithRetryAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await authorize(CancellationToken).WaitAsync(AttemptTimeout, CancellationToken) is { } refusal ? new RefusedException(refusal) : null;
            }
#pragma warning disable CA1031 // Whatever failed, the caller is not authorized.
            catch (Exception failed) when (!CancellationToken.IsCancellationRequested && failed is not ObjectDisposedException)
#pragma warning restore CA1031
            {
                if (tries == MaxAttempts)
                    return new Ledger.StoreUnavailableException("The store did not answer when the call was authorized again.", failed);
                await Task.Delay(RetryDelay, CancellationToken);
            }
        }
    }
}
