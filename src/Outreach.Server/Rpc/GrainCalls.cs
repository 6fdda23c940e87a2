using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Rpc;

/// <summary>How a service takes what a grain answers.</summary>
internal static class GrainCalls
{
    /// <summary>Asks a grain, as <see cref="CallWithRetryAsync"/>.</summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    /// <exception cref="StaleJournalException">Another writer was first both times.</exception>
    public static async Task<T> CallAsync<T>(Func<Task<Result<T>>> ask)
        where T : class
    {
        var outcome = await CallWithRetryAsync(ask, static asked => asked());
        return outcome.Value ?? throw new RefusedException(outcome.Refusal!);
    }

    /// <summary>
    /// Asks a grain, and once more where another writer was first: it has loaded what that one wrote by then, and a
    /// request that was recorded after all is known again.
    /// </summary>
    /// <param name="asked">What is asked, so that the way to ask it needs no memory of its own.</param>
    /// <param name="ask">How it is asked.</param>
    /// <exception cref="StaleJournalException">Another writer was first both times.</exception>
    public static async Task<T> CallWithRetryAsync<TAsked, T>(TAsked asked, Func<TAsked, Task<T>> ask)
    {
        try
        {
            return await ask(asked);
        }
        catch (StaleJournalException)
        {
            return await ask(asked);
        }
    }
}
