using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>Reads protobuf fields without allocating objects.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a varint field, or the length of a length-delimited field.</summary>
    public long Number { get; private set; }

    /// <summary>The bytes of a length-delimited field; empty for other fields.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field. Returns false at the end.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = (int)ReadVarint();
        Field = tag >> 3;
        Bytes = [];
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint();
                break;
            case 1:
                ReadBytes(8);
                break;
            case 2:
                Number = ReadVarint();
                Bytes = ReadBytes((int)Number);
                break;
            case 5:
                ReadBytes(4);
                break;
            default:
                throw new LoadFailedException("An answer is not a valid protobuf message.");
        }

        return true;
    }

    /// <summary>Reads an <see cref="EncounterResult"/>.</summary>
    /// <returns>The version at which the site recorded the encounter.</returns>
    /// <exception cref="LoadFailedException">The outcome is not RECORDED.</exception>
    public static long ReadRecordedVersion(ReadOnlySpan<byte> answer)
    {
        var reader = new ProtoReader(answer);
        var outcome = 0L;
        var version = 0L;
        while (reader.Read())
        {
            if (reader.Field == EncounterResult.OutcomeFieldNumber)
                outcome = reader.Number;
            else if (reader.Field == EncounterResult.VersionFieldNumber)
                version = reader.Number;
        }

        return outcome == (long)RecordOutcome.Recorded
            ? version
            : throw new LoadFailedException($"An encounter was not recorded: {EncounterResult.Parser.ParseFrom(answer)}");
    }

    private ReadOnlySpan<byte> ReadBytes(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private long ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = ReadBytes(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return unchecked((long)value);
        }
    }
}
