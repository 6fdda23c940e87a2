using Outreach.Domain;
using Outreach.Server.Ledger;

namespace Outreach.Server.Rpc;

/// <summary>How a service takes what a grain answers.</summary>
internal static class Answers
{
    /// <summary>
    /// Asks a grain, and once more where another writer was first: it has loaded what that one wrote by then, and a
    /// request that was recorded after all is known again.
    /// </summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    /// <exception cref="StaleJournalException">Another writer was first both times.</exception>
    public static async Task<T> AskAsync<T>(Func<Task<Outcome<T>>> ask)
        where T : class
    {
        Outcome<T> outcome;
        try
        {
            outcome = await ask();
        }
        catch (StaleJournalException)
        {
            outcome = await ask();
        }
        return outcome.Value ?? throw new RefusedException(outcome.Refusal!);
    }
}
