using System.Diagnostics;

namespace Outreach.Tool.Bench.Load;

/// <summary>Ends a load after a time or a number of encounters. All connections of a load share it.</summary>
internal sealed class LoadLimit
{
    private readonly long _deadline = long.MaxValue;
    private long _left = long.MaxValue;

    private LoadLimit(long deadline, long left)
    {
        _deadline = deadline;
        _left = left;
    }

    /// <summary>Creates a limit on the time from now. Open calls are still awaited.</summary>
    public static LoadLimit For(TimeSpan time) =>
        new(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency), long.MaxValue);

    /// <summary>Creates a limit on the total number of encounters.</summary>
    public static LoadLimit For(long encounters) => new(long.MaxValue, encounters);

    /// <summary>Reserves encounters to send. Returns the number to send, which may be fewer; 0 means to stop.</summary>
    public int Reserve(int count)
    {
        if (Stopwatch.GetTimestamp() >= _deadline)
            return 0;
        var left = Interlocked.Add(ref _left, -count);
        return left >= 0 ? count : (int)Math.Max(0, count + left);
    }
}
