using NodaTime;

namespace Outreach.Domain.Recording;

/// <summary>
/// Recognizes most new ids without a look-up, if they are UUIDs of version 7. It remembers in a few bytes the latest time
/// of all recorded ids.
/// </summary>
/// <param name="Latest">
/// The latest time of any recorded id that is not in <paramref name="Ahead"/>, in milliseconds since 1970.
/// </param>
/// <param name="Ahead">
/// Ids that were more than a day ahead of the clock when they were recorded, at most <see cref="MaxAhead"/>: one device
/// whose clock shows the wrong year must not make every other id look old.
/// </param>
/// <param name="LatestEvicted">The latest time of ids that were removed from <paramref name="Ahead"/> because there were too many.</param>
public sealed record KnownIdFilter(long Latest, EquatableList<Guid> Ahead, long LatestEvicted = -1)
{
    /// <summary>The maximum number of ids in <see cref="Ahead"/>; with more, the earliest is removed and counts like any other id.</summary>
    public const int MaxAhead = 64;

    private const long MillisecondsPerDay = 24 * 60 * 60 * 1_000;

    public static readonly KnownIdFilter Empty = new(-1, []);

    /// <summary>The filter after one more recorded id. An id of another UUID version has no time and changes nothing.</summary>
    public KnownIdFilter Add(Guid id, Instant recordedAt)
    {
        if (TimeOf(id) is not { } time || time <= Latest)
            return this;

        if (time <= recordedAt.ToUnixTimeMilliseconds() + MillisecondsPerDay)
            return this with { Latest = time };

        return IsAhead(id) ? this : WithAhead(id);
    }

    /// <summary>The filter after the ids of one more event.</summary>
    public KnownIdFilter Add(in IdempotencyKeys keys, Instant recordedAt)
    {
        var ids = keys.Record is { } record ? Add(record, recordedAt) : this;
        return keys.Request is { } request ? ids.Add(request, recordedAt) : ids;
    }

    /// <summary>True if the id is certainly not one of a set of recorded ids. False if it may or may not be one.</summary>
    /// <param name="latest">The latest time of any id in the set; <see cref="Latest"/> for all ids that were ever recorded.</param>
    public bool IsNew(Guid id, long latest) => TimeOf(id) is { } time && time > latest && time > LatestEvicted && !IsAhead(id);

    /// <summary>True if the id is in <see cref="Ahead"/>.</summary>
    public bool IsAhead(Guid id)
    {
        foreach (var ahead in Ahead)
        {
            if (ahead == id)
                return true;
        }

        return false;
    }

    /// <summary>The time of a UUID of version 7 in milliseconds since 1970; null for other versions. (RFC 9562, section 5.7)</summary>
    public static long? TimeOf(Guid id)
    {
        if (id.Version != 7)
            return null;

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var time = 0L;
        for (var i = 0; i < 6; i++)
            time = (time << 8) | bytes[i];
        return time;
    }

    private KnownIdFilter WithAhead(Guid id)
    {
        Guid[] ahead = [.. Ahead.AsSpan(), id];
        Array.Sort(ahead, (left, right) => Nullable.Compare(TimeOf(left), TimeOf(right)));
        if (ahead.Length <= MaxAhead)
            return this with { Ahead = EquatableList.Wrap(ahead) };

        var evicted = TimeOf(ahead[0])!.Value;
        return new KnownIdFilter(Math.Max(Latest, evicted), [.. ahead.AsSpan(1)], Math.Max(LatestEvicted, evicted));
    }
}
