namespace Outreach.Web.Shell.Connection;

/// <summary>How long to wait before the next attempt to reach the server.</summary>
public static class Backoff
{
    /// <summary>The longest delay, before jitter.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Half a second after the first failure, then doubling up to <see cref="MaxDelay"/>. A jitter of ±25 % keeps many screens from
    /// reconnecting at the same time.
    /// </summary>
    /// <param name="failures">The number of failures in a row, at least 1.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    public static TimeSpan DelayAfter(int failures, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var doublings = Math.Min(failures - 1, 10);
        var seconds = Math.Min(0.5 * Math.Pow(2, doublings), MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.75 + random / 2));
    }
}
