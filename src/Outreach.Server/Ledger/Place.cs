using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Where a stream stands.</summary>
internal sealed record Head(string Stream, long StreamNo, long Version, byte[] Hash);

/// <summary>Where the facts of one append are: a slice of a segment's payload.</summary>
internal readonly record struct Place(long FirstVersion, int Count, long Position, int Offset, int Length, long RecordedAt)
{
    public long LastVersion => FirstVersion + Count - 1;

    public int End => Offset + Length;

    public static Place Of(long position, Entry entry) =>
        new(entry.FirstVersion, entry.Count, position, entry.Offset, entry.Length, entry.RecordedAt);

    /// <summary>The run, of bytes that begin at an offset of the payload.</summary>
    /// <exception cref="InvalidDataException">They are not what was stored.</exception>
    public Run RunIn(byte[] bytes, int start) =>
        new(FirstVersion, Count, Instant.FromUnixTimeTicks(RecordedAt), Payload.Json(bytes.AsMemory(Offset - start, Length)));
}

/// <summary>A segment, whole.</summary>
/// <param name="Facts">How many facts the store says it holds.</param>
internal sealed record Segment(Listing Listing, byte[] Payload, long Facts)
{
    /// <exception cref="InvalidDataException">The payload is shorter than the directory says.</exception>
    public Run RunOf(Entry entry) => entry.Offset + entry.Length <= Payload.Length
        ? Place.Of(Listing.Position, entry).RunIn(Payload, 0)
        : throw new InvalidDataException($"The segment at position {Listing.Position} is shorter than its directory says.");
}

/// <summary>A span of moments, both inclusive, in ticks since 1970, in which something is to have occurred; or no such wish.</summary>
internal readonly record struct Moments(long From, long To)
{
    public static Moments Between(Instant? from, Instant? to) =>
        new(from?.ToUnixTimeTicks() ?? long.MinValue, to?.ToUnixTimeTicks() ?? long.MaxValue);

    /// <summary>Whether there is no wish.</summary>
    public bool All => From == long.MinValue && To == long.MaxValue;

    public bool CanHold(Entry entry) => All || (entry.OccurredTo >= From && entry.OccurredFrom <= To);
}
