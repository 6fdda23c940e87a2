using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Rpc;

/// <summary>Calls a grain from a service.</summary>
internal static class GrainCalls
{
    /// <summary>The value of a call's result. Retries like <see cref="CallWithRetryAsync"/>.</summary>
    /// <exception cref="RefusedException">A rule refused.</exception>
    /// <exception cref="StaleJournalException">Another writer appended first both times.</exception>
    public static async Task<T> CallAsync<T>(Func<Task<Result<T>>> call)
        where T : class
    {
        var result = await CallWithRetryAsync(call, static call => call());
        return result.Value ?? throw new RefusedException(result.Refusal!);
    }

    /// <summary>
    /// Calls a grain, and once more if another writer appended first. By then the grain has reloaded its state and recognizes a
    /// request that was recorded.
    /// </summary>
    /// <param name="argument">Passed to <paramref name="call"/>, so that it need not capture anything.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="StaleJournalException">Another writer appended first both times.</exception>
    public static async Task<T> CallWithRetryAsync<TArgument, T>(TArgument argument, Func<TArgument, Task<T>> call)
    {
        try
        {
            return await call(argument);
        }
        catch (StaleJournalException)
        {
            return await call(argument);
        }
    }
}
