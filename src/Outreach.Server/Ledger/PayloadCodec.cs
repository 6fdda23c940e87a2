using System.Buffers.Binary;
using System.IO.Compression;

namespace Outreach.Server.Ledger;

/// <summary>
/// How a run of facts is stored: as it is, JSON that begins with <c>[</c>; or, where it is long enough to gain by it, a byte
/// 1, its length in 4 bytes big-endian, and Brotli. Whatever begins otherwise is left to later forms.
/// </summary>
internal static class PayloadCodec
{
    /// <summary>Bytes of JSON from which on it is compressed.</summary>
    public const int CompressionThreshold = 4_096;

    private const byte BrotliMarker = 1;
    private const int HeaderLength = 1 + sizeof(int);
    private const int FastestQuality = 1;
    private const int WindowBits = 18;

    /// <summary>The stored form of a long run; null where it is kept as it is.</summary>
    public static PooledBuffer? TryCompress(ReadOnlySpan<byte> json)
    {
        if (json.Length < CompressionThreshold)
            return null;
        var stored = new PooledBuffer(HeaderLength + BrotliEncoder.GetMaxCompressedLength(json.Length));
        var span = stored.GetSpan(HeaderLength + BrotliEncoder.GetMaxCompressedLength(json.Length));
        span[0] = BrotliMarker;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], json.Length);
        if (!BrotliEncoder.TryCompress(json, span[HeaderLength..], out var written, FastestQuality, WindowBits))
            throw new InvalidOperationException($"{json.Length} bytes were not compressed into as much room as they can need.");
        stored.Advance(HeaderLength + written);
        return stored;
    }

    /// <summary>The JSON of what is stored.</summary>
    /// <exception cref="InvalidDataException">It is neither form: it was tampered with.</exception>
    public static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> stored)
    {
        var span = stored.Span;
        if (span.Length > 0 && span[0] == '[')
            return stored;
        if (span.Length < HeaderLength || span[0] != BrotliMarker || BinaryPrimitives.ReadInt32BigEndian(span[1..]) is not (>= CompressionThreshold and var length))
            throw new InvalidDataException("A run of facts is stored in no known form.");
        var json = new byte[length];
        return BrotliDecoder.TryDecompress(span[HeaderLength..], json, out var written) && written == length
            ? json
            : throw new InvalidDataException("A run of facts cannot be decompressed.");
    }
}
