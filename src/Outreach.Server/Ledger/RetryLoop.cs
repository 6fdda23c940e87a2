using System.Diagnostics;

namespace Outreach.Server.Ledger;

/// <summary>Runs a task again whenever it ends or fails, until it is stopped.</summary>
internal static class RetryLoop
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    /// <summary>Runs a task repeatedly; returns without an exception when it is stopped.</summary>
    /// <param name="run">The task, which runs until it fails or is cancelled.</param>
    /// <param name="onFailure">Called with a failure, at most once a minute.</param>
    /// <param name="stopping">Stops the loop.</param>
    public static async Task RunAsync(Func<CancellationToken, Task> run, Action<Exception> onFailure, CancellationToken stopping)
    {
        long? loggedAt = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await run(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The loop is what retries, so it must survive every failure.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (loggedAt is not { } last || Stopwatch.GetElapsedTime(last) > LogInterval)
                {
                    loggedAt = Stopwatch.GetTimestamp();
                    onFailure(e);
                }
            }

            await Task.Delay(RetryDelay, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
