using System.Collections.Concurrent;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>The streams that are open on this node. One whose caller may not go on is ended at once.</summary>
internal sealed class StreamingCalls(IClock clock)
{
    private readonly ConcurrentDictionary<StreamingCall, byte> calls = new();

    /// <summary>Opens one; dispose it when the call has ended.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="ask">Says why the caller may not go on; null where that may be.</param>
    /// <param name="ends">What else ends the call.</param>
    public StreamingCall Add(Caller caller, Func<CancellationToken, Task<Refusal?>> ask, CancellationToken ends)
    {
        var call = new StreamingCall(this, caller, ask, ends);
        calls.TryAdd(call, 0);
        // What changed between the caller's proof and here was looked at by nobody.
        call.Reauthorize();
        if (caller.ExpiresAt is { } until)
            call.EndAfter(until - clock.GetCurrentInstant());
        return call;
    }

    /// <summary>Asks again whether some callers may go on, because something changed.</summary>
    public void Reauthorize(Func<Caller, bool> whose)
    {
        foreach (var call in calls.Keys.Where(call => whose(call.Caller)))
            call.Reauthorize();
    }

    internal void Remove(StreamingCall call) => calls.TryRemove(call, out _);
}

/// <summary>A stream that is open, and why it was ended.</summary>
internal sealed class StreamingCall : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);
    private const int MaxAttempts = 5;

    private readonly StreamingCalls calls;
    private readonly Func<CancellationToken, Task<Refusal?>> authorize;
    private readonly CancellationTokenSource cancellation;
    private int pendingChecks;

    internal StreamingCall(StreamingCalls calls, Caller caller, Func<CancellationToken, Task<Refusal?>> ask, CancellationToken ends)
    {
        (this.calls, Caller, this.authorize) = (calls, caller, ask);
        this.cancellation = CancellationTokenSource.CreateLinkedTokenSource(ends);
        CancellationToken = this.cancellation.Token;
    }

    public Caller Caller { get; }

    /// <summary>Cancelled when the call is to end.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Why the caller may not go on; null while that may be. Unavailable where nobody could be asked.</summary>
    public Exception? EndReason { get; private set; }

    public void Dispose()
    {
        calls.Remove(this);
        // Whatever still waits for it lets go of the call.
        cancellation.Cancel();
        cancellation.Dispose();
    }

    /// <summary>Asks again, after what is being asked now.</summary>
    internal void Reauthorize()
    {
        if (Interlocked.Increment(ref pendingChecks) == 1)
            _ = ReauthorizeAsync();
    }

    /// <summary>Ends the call when its token does, or its device may not come in any more.</summary>
    internal void EndAfter(Duration time) => _ = EndAfterAsync(time > Duration.Zero ? time.ToTimeSpan() : TimeSpan.Zero);

    private async Task EndAfterAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, CancellationToken);
            await EndAsync(new RefusedException(Caller.Device is null
                ? Refusal.Unauthenticated("TOKEN_WRONG", "This access token has ended. Refresh it.")
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

    /// <summary>Asks until there is an answer, however the store fails meanwhile: a call that nobody can vouch for ends at last.</summary>
    private async Task<Exception?> AuthorizeWithRetryAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await authorize(CancellationToken).WaitAsync(AttemptTimeout, CancellationToken) is { } refusal ? new RefusedException(refusal) : null;
            }
#pragma warning disable CA1031 // Whatever it was, nobody has said that the caller may go on.
            catch (Exception failed) when (!CancellationToken.IsCancellationRequested && failed is not ObjectDisposedException)
#pragma warning restore CA1031
            {
                if (tries == MaxAttempts)
                    return new Ledger.StoreUnavailableException("Whether the call may go on could not be found out.", failed);
                await Task.Delay(RetryDelay, CancellationToken);
            }
        }
    }
}
