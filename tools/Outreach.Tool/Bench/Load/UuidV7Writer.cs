namespace Outreach.Tool.Bench.Load;

/// <summary>Writes version 7 UUIDs as text, faster than <see cref="Guid"/>. Not thread-safe.</summary>
internal sealed class UuidV7Writer
{
    /// <summary>The number of characters in a UUID.</summary>
    public const int Length = 36;

    private ulong _state = (ulong)Random.Shared.NextInt64() | 1;

    /// <summary>Writes a new UUID.</summary>
    /// <param name="text">At least <see cref="Length"/> bytes.</param>
    /// <param name="milliseconds">The Unix time in the UUID.</param>
    public void Write(Span<byte> text, long milliseconds)
    {
        var random = NextRandom();
        var high = ((ulong)milliseconds << 16) | 0x7000 | (NextRandom() & 0xFFF);
        WriteHex(text[..8], high >> 32);
        text[8] = (byte)'-';
        WriteHex(text.Slice(9, 4), (high >> 16) & 0xFFFF);
        text[13] = (byte)'-';
        WriteHex(text.Slice(14, 4), high & 0xFFFF);
        text[18] = (byte)'-';
        WriteHex(text.Slice(19, 4), 0x8000 | ((random >> 48) & 0x3FFF));
        text[23] = (byte)'-';
        WriteHex(text.Slice(24, 12), random & 0xFFFF_FFFF_FFFF);
    }

    private static void WriteHex(Span<byte> text, ulong value)
    {
        for (var i = text.Length - 1; i >= 0; i--, value >>= 4)
            text[i] = "0123456789abcdef"u8[(int)(value & 0xF)];
    }

    private ulong NextRandom()
    {
        // xorshift64*: Marsaglia, Xorshift RNGs, Journal of Statistical Software 8(14), 2003.
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return unchecked(_state * 2_685_821_657_736_338_717UL);
    }
}
