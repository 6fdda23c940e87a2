using System.Diagnostics;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>
/// What a group of watchers follows: a count that grows by one with each encounter that concerns them, and when each was sent.
/// One thread sends; the watchers' threads read.
/// </summary>
internal abstract class WatchTopic(long first, int expected)
{
    private readonly long[] _sent = new long[expected];
    private readonly long[] _answered = new long[expected];
    private long _next = first + 1;

    /// <summary>The count that the last encounter brings it to.</summary>
    public long Last { get; } = first + expected;

    /// <summary>Units that the encounters handed out, so far.</summary>
    protected long Units { get; private set; }

    /// <summary>Says that the next encounter is about to be sent.</summary>
    public void OnSending(int units)
    {
        Units += units;
        Volatile.Write(ref _sent[_next - first - 1], Stopwatch.GetTimestamp());
    }

    /// <summary>Says that it was answered.</summary>
    public void OnAnswered() => Volatile.Write(ref _answered[_next++ - first - 1], Stopwatch.GetTimestamp());

    /// <summary>When the encounter that brought the count to a number was sent and answered; 0 where it was not yet.</summary>
    public (long Sent, long Answered) TimesOf(long ordinal) =>
        (Volatile.Read(ref _sent[ordinal - first - 1]), Volatile.Read(ref _answered[ordinal - first - 1]));

    /// <summary>Reads the count, and the units that moved, from a message to a watcher.</summary>
    public abstract (long Reached, long Units) Read(ReadOnlySpan<byte> message);

    /// <summary>Checks what moved in all, at the end of a watch.</summary>
    /// <exception cref="LoadFailedException">It is not what was handed out.</exception>
    public virtual void CheckUnits(long units)
    {
    }
}

/// <summary>Watchers of an overview: the count is the total of encounters.</summary>
internal sealed class OverviewTopic(long first, int expected) : WatchTopic(first, expected)
{
    public override (long Reached, long Units) Read(ReadOnlySpan<byte> message)
    {
        var overview = Field(message, WatchOverviewResponse.OverviewFieldNumber);
        var total = new ProtoReader(Field(overview, Overview.TotalFieldNumber));
        while (total.Read())
        {
            if (total.Field == Figures.EncountersFieldNumber)
                return (total.Number, 0);
        }

        return (0, 0);
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int field)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Field == field)
                return reader.Bytes;
        }

        return [];
    }
}

/// <summary>Watchers of a site's stock: the count is the site's version. Every movement must come, once.</summary>
internal sealed class StockTopic(long first, int expected) : WatchTopic(first, expected)
{
    public override (long Reached, long Units) Read(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        var (version, units) = (0L, 0L);
        while (reader.Read())
        {
            if (reader.Field == WatchStockResponse.VersionFieldNumber)
                version = reader.Number;
            else if (reader.Field == WatchStockResponse.MovementsFieldNumber)
                units += UnitsOf(reader.Bytes);
        }

        return (version, units);
    }

    public override void CheckUnits(long units)
    {
        if (units != -Units)
            throw new LoadFailedException($"A watcher saw {-units} units go out where {Units} were handed out.");
    }

    private static long UnitsOf(ReadOnlySpan<byte> movement)
    {
        var reader = new ProtoReader(movement);
        while (reader.Read())
        {
            if (reader.Field == Movement.UnitsFieldNumber)
                return reader.Number;
        }

        return 0;
    }
}
