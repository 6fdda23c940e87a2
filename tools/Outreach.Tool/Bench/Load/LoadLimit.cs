using System.Diagnostics;

namespace Outreach.Tool.Bench.Load;

/// <summary>When a load ends: after a time or after a number of encounters. Shared by the connections of a load.</summary>
internal sealed class LoadLimit
{
    private readonly long _deadline = long.MaxValue;
    private long _left = long.MaxValue;

    private LoadLimit(long deadline, long left)
    {
        _deadline = deadline;
        _left = left;
    }

    /// <summary>From now for a time; what is open then is still waited for.</summary>
    public static LoadLimit For(TimeSpan time) =>
        new(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency), long.MaxValue);

    /// <summary>A number of encounters, in all.</summary>
    public static LoadLimit For(long encounters) => new(long.MaxValue, encounters);

    /// <summary>Takes leave to send so many encounters, or fewer; 0 says to stop.</summary>
    public int Reserve(int wanted)
    {
        if (Stopwatch.GetTimestamp() >= _deadline)
            return 0;
        var left = Interlocked.Add(ref _left, -wanted);
        return left >= 0 ? wanted : (int)Math.Max(0, wanted + left);
    }
}
