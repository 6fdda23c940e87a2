using System.Diagnostics;

namespace Outreach.Server.Ledger;

/// <summary>Follows something for as long as the process lives, whatever fails meanwhile.</summary>
internal static class RetryLoop
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    /// <summary>Follows again and again; ends when it is stopped, without a word.</summary>
    /// <param name="follow">Follows until it fails or is cancelled.</param>
    /// <param name="broken">Is told of a failure, but not of each that follows soon.</param>
    /// <param name="stopping">Stops it.</param>
    public static async Task RunAsync(Func<CancellationToken, Task> follow, Action<Exception> broken, CancellationToken stopping)
    {
        long? told = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await follow(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Nobody else would follow again.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                if (told is not { } last || Stopwatch.GetElapsedTime(last) > LogInterval)
                {
                    told = Stopwatch.GetTimestamp();
                    broken(failed);
                }
            }

            await Task.Delay(RetryDelay, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
