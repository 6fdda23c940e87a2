using Google.Protobuf;
using Storage = Outreach.Protocol.Ledger.Storage.V1;

namespace Outreach.Server.Ledger;

/// <summary>An entry of a segment's directory: one append, the location of its payload, and its index keys.</summary>
internal sealed class SegmentEntry
{
    public required string Stream { get; init; }

    public required long FirstVersion { get; init; }

    public required int Count { get; init; }

    /// <summary>The offset of the payload in the segment's payload, in bytes.</summary>
    public required int PayloadOffset { get; init; }

    /// <summary>The length of the payload in bytes.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>Ticks since 1970.</summary>
    public required long RecordedAt { get; init; }

    public required byte[] Hash { get; init; }

    /// <summary>The earliest time at which an event occurred, in ticks since 1970; <see cref="long.MaxValue"/> if none has a time.</summary>
    public required long OccurredFrom { get; init; }

    /// <summary>The latest time at which an event occurred, in ticks since 1970; <see cref="long.MinValue"/> if none has a time.</summary>
    public required long OccurredTo { get; init; }

    public required Guid[] Keys { get; init; }

    /// <summary>For each key the index of its event in the append, from 0.</summary>
    public required int[] KeyFacts { get; init; }

    public long LastVersion => FirstVersion + Count - 1;

    /// <summary>Whether the numbers can be those of an append: damaged bytes can still be a message.</summary>
    public bool IsPlausible => FirstVersion > 0 && Count > 0 && Count < long.MaxValue - FirstVersion && PayloadLength > 0 && PayloadLength < int.MaxValue - PayloadOffset
        && Hash.Length == HashChain.HashLength && Keys.Length == KeyFacts.Length && Stream.Contains('/');

    /// <summary>True if both appends have the same keys and times.</summary>
    public bool HasSameIndexKeys(SegmentEntry other) => (OccurredFrom, OccurredTo) == (other.OccurredFrom, other.OccurredTo)
        && Keys.AsSpan().SequenceEqual(other.Keys) && KeyFacts.AsSpan().SequenceEqual(other.KeyFacts);

    /// <summary>The same append with the keys and times of <paramref name="effects"/>.</summary>
    public SegmentEntry WithEffects(AppendEffects effects) => new()
    {
        Stream = Stream,
        FirstVersion = FirstVersion,
        Count = Count,
        PayloadOffset = PayloadOffset,
        PayloadLength = PayloadLength,
        RecordedAt = RecordedAt,
        Hash = Hash,
        OccurredFrom = effects.OccurredFrom,
        OccurredTo = effects.OccurredTo,
        Keys = [.. effects.Keys],
        KeyFacts = [.. effects.KeyFacts],
    };

    public static SegmentEntry From(PendingAppend append, int offset) => new()
    {
        Stream = append.Stream,
        FirstVersion = append.FirstVersion,
        Count = append.Count,
        PayloadOffset = offset,
        PayloadLength = append.StoredPayload.Length,
        RecordedAt = append.RecordedAt.ToUnixTimeTicks(),
        Hash = append.Hash,
        OccurredFrom = append.Effects.OccurredFrom,
        OccurredTo = append.Effects.OccurredTo,
        Keys = [.. append.Effects.Keys],
        KeyFacts = [.. append.Effects.KeyFacts],
    };
}

/// <summary>The directory of a committed segment: which appends it contains.</summary>
internal sealed class SegmentDirectory(long position, IReadOnlyList<SegmentEntry> entries)
{
    public long Position => position;

    public IReadOnlyList<SegmentEntry> Entries => entries;

    /// <summary>The number of keys of all entries.</summary>
    public int KeyCount { get; } = entries.Sum(e => e.Keys.Length);

    /// <summary>The stored form, as segment.proto describes it.</summary>
    public static byte[] Serialize(IReadOnlyList<SegmentEntry> entries)
    {
        var message = new Storage.SegmentDirectory();
        message.Appends.Capacity = entries.Count;
        foreach (var entry in entries)
            message.Appends.Add(Serialize(entry));
        return message.ToByteArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not a directory.</exception>
    public static SegmentDirectory Deserialize(long position, byte[] stored)
    {
        var offset = 0;
        var appends = ParseMessage(position, stored).Appends;
        var entries = new SegmentEntry[appends.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = Deserialize(appends[i], offset);
            offset = entries[i].IsPlausible
                ? offset + entries[i].PayloadLength
                : throw new InvalidDataException($"The directory of the segment at position {position} cannot be read.");
        }
        return new SegmentDirectory(position, entries);
    }

    private static Storage.SegmentDirectory ParseMessage(long position, byte[] stored)
    {
        try
        {
            return Storage.SegmentDirectory.Parser.ParseFrom(stored);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"The directory of the segment at position {position} cannot be read.", e);
        }
    }

    private static Storage.SegmentAppend Serialize(SegmentEntry entry)
    {
        var message = new Storage.SegmentAppend
        {
            Stream = entry.Stream,
            FirstVersion = entry.FirstVersion,
            Count = entry.Count,
            PayloadLength = entry.PayloadLength,
            RecordedAt = entry.RecordedAt,
            Hash = UnsafeByteOperations.UnsafeWrap(entry.Hash),
        };
        if (entry.OccurredFrom <= entry.OccurredTo)
            (message.OccurredFrom, message.OccurredTo) = (entry.OccurredFrom, entry.OccurredTo);
        if (entry.Keys.Length > 0)
            (message.Keys, message.KeyFacts.Capacity) = (UnsafeByteOperations.UnsafeWrap(ToBytes(entry.Keys)), entry.Keys.Length);
        foreach (var fact in entry.KeyFacts)
            message.KeyFacts.Add(fact);
        return message;
    }

    private static SegmentEntry Deserialize(Storage.SegmentAppend append, int offset) => new()
    {
        Stream = append.Stream,
        FirstVersion = append.FirstVersion,
        Count = append.Count,
        PayloadOffset = offset,
        PayloadLength = append.PayloadLength,
        RecordedAt = append.RecordedAt,
        Hash = append.Hash.ToByteArray(),
        OccurredFrom = append.HasOccurredFrom ? append.OccurredFrom : long.MaxValue,
        OccurredTo = append.HasOccurredTo ? append.OccurredTo : long.MinValue,
        Keys = ToGuids(append.Keys.Span),
        KeyFacts = [.. append.KeyFacts],
    };

    private static byte[] ToBytes(Guid[] keys)
    {
        var bytes = new byte[keys.Length * 16];
        for (var i = 0; i < keys.Length; i++)
            keys[i].TryWriteBytes(bytes.AsSpan(i * 16), bigEndian: true, out _);
        return bytes;
    }

    private static Guid[] ToGuids(ReadOnlySpan<byte> bytes)
    {
        var keys = new Guid[bytes.Length / 16];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = new Guid(bytes.Slice(i * 16, 16), bigEndian: true);
        return keys;
    }
}
