using System.Diagnostics;

namespace Outreach.Tool.Bench.Load;

/// <summary>
/// The changes that a group of watchers expects: a count that grows by one with each encounter, and when each encounter was sent.
/// One thread sends; the watchers' threads read.
/// </summary>
internal abstract class WatchTopic(long first, int expected)
{
    private readonly long[] _sent = new long[expected];
    private readonly long[] _answered = new long[expected];
    private long _next = first + 1;

    /// <summary>The count after the last encounter.</summary>
    public long Last { get; } = first + expected;

    /// <summary>The units handed out so far.</summary>
    protected long Units { get; private set; }

    /// <summary>Records that the next encounter is about to be sent.</summary>
    public void OnSending(int units)
    {
        Units += units;
        Volatile.Write(ref _sent[_next - first - 1], Stopwatch.GetTimestamp());
    }

    /// <summary>Records that the encounter was answered.</summary>
    public void OnAnswered() => Volatile.Write(ref _answered[_next++ - first - 1], Stopwatch.GetTimestamp());

    /// <summary>Returns when the encounter with this count was sent and answered; 0 for what has not happened yet.</summary>
    public (long Sent, long Answered) GetTimes(long ordinal) =>
        (Volatile.Read(ref _sent[ordinal - first - 1]), Volatile.Read(ref _answered[ordinal - first - 1]));

    /// <summary>Reads the count and the moved units from a message to a watcher.</summary>
    public abstract (long Reached, long Units) Read(ReadOnlySpan<byte> message);

    /// <summary>Checks the total of moved units at the end of a watch.</summary>
    /// <exception cref="LoadFailedException">The total differs from the units handed out.</exception>
    public virtual void CheckUnits(long units)
    {
    }
}
