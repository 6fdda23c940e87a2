using System.Collections.Concurrent;
using NodaTime;
using Outreach.Domain;

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
    private const int MostTries = 10;

    private readonly OpenCalls calls;
    private readonly Func<CancellationToken, Task<Refusal?>> ask;
    private readonly CancellationTokenSource ends;

    internal OpenCall(OpenCalls calls, Caller caller, Func<CancellationToken, Task<Refusal?>> ask, CancellationToken ends)
    {
        (this.calls, Caller, this.ask) = (calls, caller, ask);
        this.ends = CancellationTokenSource.CreateLinkedTokenSource(ends);
        Ends = this.ends.Token;
    }

    public Caller Caller { get; }

    /// <summary>Cancelled when the call is to end.</summary>
    public CancellationToken Ends { get; }

    /// <summary>Why the caller may not go on; null while that may be.</summary>
    public Refusal? Refusal { get; private set; }

    public void Dispose()
    {
        calls.Close(this);
        ends.Dispose();
    }

    internal void LookAgain() => _ = LookAgainAsync();

    /// <summary>Ends the call when its token does.</summary>
    internal void EndAfter(Duration time) => _ = EndAfterAsync(time > Duration.Zero ? time.ToTimeSpan() : TimeSpan.Zero);

    private async Task EndAfterAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, Ends);
            Refusal ??= Domain.Refusal.Unproven("TOKEN_WRONG", "This access token has ended. Refresh it.");
            await ends.CancelAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // The call has ended by itself.
        }
    }

    private async Task LookAgainAsync()
    {
        try
        {
            if (await AskAsync() is not { } refusal)
                return;
            Refusal ??= refusal;
            await ends.CancelAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // The call has ended by itself.
        }
    }

    /// <summary>Asks until there is an answer, however the store fails meanwhile: a call that nobody can vouch for ends at last.</summary>
    private async Task<Refusal?> AskAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ask(Ends);
            }
#pragma warning disable CA1031 // Whatever it was, nobody has said that the caller may go on.
            catch (Exception failed) when (!Ends.IsCancellationRequested && failed is not ObjectDisposedException)
#pragma warning restore CA1031
            {
                if (tries == MostTries)
                    return Domain.Refusal.Unproven("ACCESS_UNKNOWN", "Whether this call may go on could not be found out. Call again.");
                await Task.Delay(BeforeAskingAgain, Ends);
            }
        }
    }
}
