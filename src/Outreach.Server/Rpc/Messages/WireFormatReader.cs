namespace Outreach.Server.Rpc.Messages;

/// <summary>Reads protobuf's wire format from bytes that need not be valid.</summary>
internal static class WireFormatReader
{
    /// <summary>The wire type of strings, bytes, messages and packed elements.</summary>
    public const int Delimited = 2;

    private const int MaxVarintBytes = 10;

    public static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < MaxVarintBytes; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }

    /// <summary>Reads the value after a tag.</summary>
    /// <param name="value">The content of a delimited value; empty for others. The fields of a group follow as if they were the message's own.</param>
    public static bool TryReadValue(ref ReadOnlySpan<byte> bytes, int wireType, out ReadOnlySpan<byte> value)
    {
        value = default;
        switch (wireType)
        {
            case 0:
                return TryReadVarint(ref bytes, out _);
            case 1:
                return TrySkip(ref bytes, sizeof(ulong), out _);
            case Delimited:
                return TryReadVarint(ref bytes, out var length) && TrySkip(ref bytes, length, out value);
            case 3 or 4:
                return true;
            case 5:
                return TrySkip(ref bytes, sizeof(uint), out _);
            default:
                return false;
        }
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, ulong length, out ReadOnlySpan<byte> skipped)
    {
        skipped = default;
        if (length > (ulong)bytes.Length)
            return false;
        skipped = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }
}
