using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>Reads protobuf bytes field by field without making objects.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The number of the field that was read.</summary>
    public int Field { get; private set; }

    /// <summary>Its value where it is a number, a length where it is not.</summary>
    public long Number { get; private set; }

    /// <summary>Its bytes where it is a text or a message; empty otherwise.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field; false at the end.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = (int)Varint();
        Field = tag >> 3;
        Bytes = [];
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Number = Varint();
                Bytes = Take((int)Number);
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new LoadFailedException("An answer is not protobuf.");
        }

        return true;
    }

    /// <summary>Checks an <see cref="EncounterResult"/>: anything but RECORDED fails the bench.</summary>
    /// <returns>The site's version that holds the encounter.</returns>
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
            : throw new LoadFailedException($"A record was not recorded: {EncounterResult.Parser.ParseFrom(answer)}");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private long Varint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return unchecked((long)value);
        }
    }
}
