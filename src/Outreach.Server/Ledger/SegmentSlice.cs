using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>The head of a stream: its last version and hash.</summary>
internal sealed record StreamHead(string Stream, long StreamNo, long Version, byte[] Hash);

/// <summary>The location of one append's events: a slice of a segment's payload.</summary>
internal readonly record struct SegmentSlice(long FirstVersion, int Count, long Position, int Offset, int Length, long RecordedAt)
{
    public long LastVersion => FirstVersion + Count - 1;

    public int End => Offset + Length;

    public static SegmentSlice From(long position, SegmentEntry entry) =>
        new(entry.FirstVersion, entry.Count, position, entry.PayloadOffset, entry.PayloadLength, entry.RecordedAt);

    /// <summary>Reads the run from bytes that begin at the offset <paramref name="start"/> of the segment's payload.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a stored run.</exception>
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
    /// <exception cref="InvalidDataException">The payload is shorter than the directory states.</exception>
    public FactRun ReadRun(SegmentEntry entry) => entry.PayloadOffset + entry.PayloadLength <= Payload.Length
        ? SegmentSlice.From(Directory.Position, entry).ReadRun(Payload, 0)
        : throw new InvalidDataException($"The segment at position {Directory.Position} is shorter than its directory states.");
}

/// <summary>A filter by the time at which events occurred: both ends inclusive, in ticks since 1970; or no filter.</summary>
internal readonly record struct OccurredRange(long From, long To)
{
    public static OccurredRange Between(Instant? from, Instant? to) =>
        new(from?.ToUnixTimeTicks() ?? long.MinValue, to?.ToUnixTimeTicks() ?? long.MaxValue);

    /// <summary>True if there is no filter.</summary>
    public bool IsUnbounded => From == long.MinValue && To == long.MaxValue;

    public bool MayContain(SegmentEntry entry) => IsUnbounded || (entry.OccurredTo >= From && entry.OccurredFrom <= To);
}
