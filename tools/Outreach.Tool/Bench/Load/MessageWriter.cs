using System.Buffers.Binary;

namespace Outreach.Tool.Bench.Load;

/// <summary>Writes one gRPC message, including the five bytes of framing.</summary>
internal ref struct MessageWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _length = 5;

    /// <summary>Writes a varint field.</summary>
    public void WriteNumber(int field, int value)
    {
        _buffer[_length++] = (byte)(field << 3);
        for (; value >= 0x80; value >>= 7)
            _buffer[_length++] = (byte)((value & 0x7F) | 0x80);
        _buffer[_length++] = (byte)value;
    }

    /// <summary>Writes the phone's next encounter at a site.</summary>
    /// <returns>The units handed out by the encounter.</returns>
    public int WriteEncounter(int field, Phone phone, int site)
    {
        // The length is always written as two bytes. Encounters of the bench are shorter than 16,384 bytes.
        var (length, units) = phone.Write(site, _buffer[(_length + 3)..]);
        _buffer[_length] = (byte)((field << 3) | 2);
        _buffer[_length + 1] = (byte)((length & 0x7F) | 0x80);
        _buffer[_length + 2] = (byte)(length >> 7);
        _length += 3 + length;
        return units;
    }

    /// <summary>Returns the message, including its framing.</summary>
    public readonly ReadOnlySpan<byte> Finish()
    {
        _buffer[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(_buffer[1..], _length - 5);
        return _buffer[.._length];
    }
}
