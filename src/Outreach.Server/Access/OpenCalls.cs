using System.Collections.Concurrent;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>The streams that are open on this node. One whose caller may not go on is ended at once.</summary>
internal sealed class OpenCalls(IClock clock)
{
    private readonly ConcurrentDictionary<OpenCall, byte> open = new();

    /// <summary>Opens one; dispose it when the call has ended.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="ask">Says why the caller may not go on; null where that may be.</param>
    /// <param name="ends">What else ends the call.</param>
    public OpenCall Open(Caller caller, Func<CancellationToken, Task<Refusal?>> ask, CancellationToken ends)
    {
        var call = new OpenCall(this, caller, ask, ends);
        open.TryAdd(call, 0);
        // What changed between the caller's proof and here was looked at by nobody.
        call.LookAgain();
        if (caller.Until is { } until)
            call.EndAfter(until - clock.GetCurrentInstant());
        return call;
    }

    /// <summary>Asks again whether some callers may go on, because something changed.</summary>
    public void LookAgain(Func<Caller, bool> whose)
    {
        foreach (var call in open.Keys.Where(call => whose(call.Caller)))
            call.LookAgain();
    }

    internal void Close(OpenCall call) => open.TryRemove(call, out _);
}

/// <summary>A stream that is open, and why it was ended.</summary>
internal sealed class OpenCall : IDisposable
{
    private static readonly TimeSpan BeforeAskingAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TryTakes = TimeSpan.FromSeconds(5);
    private const int MostTries = 5;

    private readonly OpenCalls calls;
    private readonly Func<CancellationToken, Task<Refusal?>> ask;
    private readonly CancellationTokenSource ends;
    private int wanted;

    internal OpenCall(OpenCalls calls, Caller caller, Func<CancellationToken, Task<Refusal?>> ask, CancellationToken ends)
    {
        (this.calls, Caller, this.ask) = (calls, caller, ask);
        this.ends = CancellationTokenSource.CreateLinkedTokenSource(ends);
        Ends = this.ends.Token;
    }

    public Caller Caller { get; }

    /// <summary>Cancelled when the call is to end.</summary>
    public CancellationToken Ends { get; }

    /// <summary>Why the caller may not go on; null while that may be. Unavailable where nobody could be asked.</summary>
    public Exception? Reason { get; private set; }

    public void Dispose()
    {
        calls.Close(this);
        // Whatever still waits for it lets go of the call.
        ends.Cancel();
        ends.Dispose();
    }

    /// <summary>Asks again, after what is being asked now.</summary>
    internal void LookAgain()
    {
        if (Interlocked.Increment(ref wanted) == 1)
            _ = LookAsync();
    }

    /// <summary>Ends the call when its token does, or its device may not come in any more.</summary>
    internal void EndAfter(Duration time) => _ = EndAfterAsync(time > Duration.Zero ? time.ToTimeSpan() : TimeSpan.Zero);

    private async Task EndAfterAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, Ends);
            await EndAsync(new RefusedException(Caller.Device is null
                ? Refusal.Unproven("TOKEN_WRONG", "This access token has ended. Refresh it.")
                : DeviceRules.Ended()));
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // The call has ended by itself.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            int meant;
            do
            {
                meant = Volatile.Read(ref wanted);
                if (await AskAsync() is { } reason)
                    await EndAsync(reason);
            }
            while (Interlocked.CompareExchange(ref wanted, 0, meant) != meant);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // The call has ended by itself.
        }
    }

    private async Task EndAsync(Exception reason)
    {
        Reason ??= reason;
        await ends.CancelAsync();
    }

    /// <summary>Asks until there is an answer, however the store fails meanwhile: a call that nobody can vouch for ends at last.</summary>
    private async Task<Exception?> AskAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ask(Ends).WaitAsync(TryTakes, Ends) is { } refusal ? new RefusedException(refusal) : null;
            }
#pragma warning disable CA1031 // Whatever it was, nobody has said that the caller may go on.
            catch (Exception failed) when (!Ends.IsCancellationRequested && failed is not ObjectDisposedException)
#pragma warning restore CA1031
            {
                if (tries == MostTries)
                    return new Ledger.StoreUnavailableException("Whether the call may go on could not be found out.", failed);
                await Task.Delay(BeforeAskingAgain, Ends);
            }
        }
    }
}
