namespace Outreach.Web.Shell.Connection;

/// <summary>How long to wait before the next attempt to reach the server.</summary>
public static class Backoff
{
    /// <summary>The longest wait, before it is spread.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Half a second after the first failure, doubling up to <see cref="MaxDelay"/>, and spread by a quarter to either side so that
    /// many screens do not come back at the same moment.
    /// </summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="chance">From 0 to 1, chosen at random.</param>
    public static TimeSpan DelayAfter(int failures, double chance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var doublings = Math.Min(failures - 1, 10);
        var wait = Math.Min(0.5 * Math.Pow(2, doublings), MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (0.75 + chance / 2));
    }
}
