using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Where a stream stands.</summary>
internal sealed record StreamHead(string Stream, long StreamNo, long Version, byte[] Hash);

/// <summary>Where the facts of one append are: a slice of a segment's payload.</summary>
internal readonly record struct SegmentSlice(long FirstVersion, int Count, long Position, int Offset, int Length, long RecordedAt)
{
    public long LastVersion => FirstVersion + Count - 1;

    public int End => Offset + Length;

    public static SegmentSlice From(long position, SegmentEntry entry) =>
        new(entry.FirstVersion, entry.Count, position, entry.PayloadOffset, entry.PayloadLength, entry.RecordedAt);

    /// <summary>The run, of bytes that begin at an offset of the payload.</summary>
    /// <exception cref="InvalidDataException">They are not what was stored.</exception>
    public FactRun ReadRun(byte[] bytes, int start) =>
        new(FirstVersion, Count, Instant.FromUnixTimeTicks(RecordedAt), PayloadCodec.Decompress(bytes.AsMemory(Offset - start, Length)));
}

/// <summary>A segment as its row holds it, its directory not parsed.</summary>
/// <param name="FactCount">How many facts the row says it holds.</param>
internal sealed record SegmentRow(long Position, byte[] Directory, byte[] Payload, long FactCount)
{
    /// <exception cref="InvalidDataException">The directory is damaged.</exception>
    public Segment Parse() => new(SegmentDirectory.Deserialize(Position, Directory), Payload, FactCount);
}

/// <summary>A segment, whole.</summary>
/// <param name="FactCount">How many facts the store says it holds.</param>
internal sealed record Segment(SegmentDirectory Directory, byte[] Payload, long FactCount)
{
    /// <exception cref="InvalidDataException">The payload is shorter than the directory says.</exception>
    public FactRun ReadRun(SegmentEntry entry) => entry.PayloadOffset + entry.PayloadLength <= Payload.Length
        ? SegmentSlice.From(Directory.Position, entry).ReadRun(Payload, 0)
        : throw new InvalidDataException($"The segment at position {Directory.Position} is shorter than its directory says.");
}

/// <summary>A span of moments, both inclusive, in ticks since 1970, in which something is to have occurred; or no such wish.</summary>
internal readonly record struct OccurredRange(long From, long To)
{
    public static OccurredRange Between(Instant? from, Instant? to) =>
        new(from?.ToUnixTimeTicks() ?? long.MinValue, to?.ToUnixTimeTicks() ?? long.MaxValue);

    /// <summary>Whether there is no wish.</summary>
    public bool IsUnbounded => From == long.MinValue && To == long.MaxValue;

    public bool MayContain(SegmentEntry entry) => IsUnbounded || (entry.OccurredTo >= From && entry.OccurredFrom <= To);
}
