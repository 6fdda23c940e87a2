using System.Buffers.Binary;
using System.IO.Compression;

namespace Outreach.Server.Ledger;

/// <summary>
/// How a run of facts is stored: as it is, JSON that begins with <c>[</c>; or, where it is long enough to gain by it, a byte
/// 1, its length in 4 bytes big-endian, and Brotli. Whatever begins otherwise is left to later forms.
/// </summary>
internal static class Payload
{
    /// <summary>Bytes of JSON from which on it is compressed.</summary>
    public const int Long = 4_096;

    private const byte Brotli = 1;
    private const int HeadBytes = 1 + sizeof(int);
    private const int FastestQuality = 1;
    private const int WindowBits = 18;

    /// <summary>The stored form of a long run; null where it is kept as it is.</summary>
    public static PooledBuffer? Shrink(ReadOnlySpan<byte> json)
    {
        if (json.Length < Long)
            return null;
        var stored = new PooledBuffer(HeadBytes + BrotliEncoder.GetMaxCompressedLength(json.Length));
        var span = stored.GetSpan(HeadBytes + BrotliEncoder.GetMaxCompressedLength(json.Length));
        span[0] = Brotli;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], json.Length);
        if (!BrotliEncoder.TryCompress(json, span[HeadBytes..], out var written, FastestQuality, WindowBits))
            throw new InvalidOperationException($"{json.Length} bytes were not compressed into as much room as they can need.");
        stored.Advance(HeadBytes + written);
        return stored;
    }

    /// <summary>The JSON of what is stored.</summary>
    /// <exception cref="InvalidDataException">It is neither form: it was tampered with.</exception>
    public static ReadOnlyMemory<byte> Json(ReadOnlyMemory<byte> stored)
    {
        var span = stored.Span;
        if (span.Length > 0 && span[0] == '[')
            return stored;
        if (span.Length < HeadBytes || span[0] != Brotli || BinaryPrimitives.ReadInt32BigEndian(span[1..]) is not (>= Long and var length))
            throw new InvalidDataException("A run of facts is stored in no known form.");
        var json = new byte[length];
        return BrotliDecoder.TryDecompress(span[HeadBytes..], json, out var written) && written == length
            ? json
            : throw new InvalidDataException("A run of facts cannot be decompressed.");
    }
}
