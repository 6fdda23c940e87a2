using System.Diagnostics;
using System.Numerics;

namespace Outreach.Tool.Bench.Load;

/// <summary>How long things took, counted in buckets no wider than 1/32 of their value. Not for use by several threads at once.</summary>
internal sealed class Latencies
{
    private const int SubBuckets = 32;
    private readonly long[] _buckets = new long[64 * SubBuckets];

    /// <summary>How many were counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts the time since a <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public void AddSince(long started) => Add(Stopwatch.GetElapsedTime(started));

    /// <summary>Counts one; below zero is counted as zero.</summary>
    public void Add(TimeSpan time)
    {
        var microseconds = Math.Max(0, time.Ticks / TimeSpan.TicksPerMicrosecond);
        _buckets[Bucket(microseconds)]++;
        Count++;
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(Latencies other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
    }

    /// <summary>The time that a share of all took at most, for example 0.99; zero where nothing was counted.</summary>
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
