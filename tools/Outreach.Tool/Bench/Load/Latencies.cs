using System.Diagnostics;
using System.Numerics;

namespace Outreach.Tool.Bench.Load;

/// <summary>A histogram of latencies. Buckets are no wider than 1/32 of their value. Not thread-safe.</summary>
internal sealed class Latencies
{
    private const int SubBuckets = 32;
    private readonly long[] _buckets = new long[64 * SubBuckets];

    /// <summary>The number of recorded latencies.</summary>
    public long Count { get; private set; }

    /// <summary>Records the time since a <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public void AddSince(long started) => Add(Stopwatch.GetElapsedTime(started));

    /// <summary>Records one latency. Negative values count as zero.</summary>
    public void Add(TimeSpan time)
    {
        var microseconds = Math.Max(0, time.Ticks / TimeSpan.TicksPerMicrosecond);
        _buckets[Bucket(microseconds)]++;
        Count++;
    }

    /// <summary>Adds the latencies of another histogram.</summary>
    public void Add(Latencies other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
    }

    /// <summary>Returns the latency that the given share, such as 0.99, does not exceed; zero if there are none.</summary>
    public TimeSpan Percentile(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        for (var i = 0; i < _buckets.Length && rank > 0; i++)
        {
            rank -= _buckets[i];
            if (rank <= 0)
                return TimeSpan.FromMicroseconds(UpperBound(i));
        }

        return TimeSpan.Zero;
    }

    private static int Bucket(long value)
    {
        if (value < SubBuckets)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - 5;
        return ((shift + 1) * SubBuckets) + (int)((value >> shift) - SubBuckets);
    }

    private static long UpperBound(int bucket)
    {
        if (bucket < SubBuckets)
            return bucket;
        var shift = (bucket / SubBuckets) - 1;
        return (((bucket % SubBuckets) + SubBuckets + 1L) << shift) - 1;
    }
}
