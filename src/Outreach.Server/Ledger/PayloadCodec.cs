using System.Buffers.Binary;
using System.IO.Compression;

namespace Outreach.Server.Ledger;

/// <summary>
/// The stored form of a run of events: either plain JSON, which begins with <c>[</c>; or, if it is long, a byte 1, the length
/// of the JSON in 4 bytes big-endian, and the JSON compressed with Brotli. Other first bytes are reserved for later forms.
/// </summary>
internal static class PayloadCodec
{
    /// <summary>The length of JSON in bytes from which it is compressed.</summary>
    public const int CompressionThreshold = 4_096;

    private const byte BrotliMarker = 1;
    private const int HeaderLength = 1 + sizeof(int);
    private const int FastestQuality = 1;
    private const int WindowBits = 18;

    /// <summary>The compressed form of a long run; null if the run is stored as plain JSON.</summary>
    public static PooledBuffer? TryCompress(ReadOnlySpan<byte> json)
    {
        if (json.Length < CompressionThreshold)
            return null;
        var stored = new PooledBuffer(HeaderLength + BrotliEncoder.GetMaxCompressedLength(json.Length));
        var span = stored.GetSpan(HeaderLength + BrotliEncoder.GetMaxCompressedLength(json.Length));
        span[0] = BrotliMarker;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], json.Length);
        if (!BrotliEncoder.TryCompress(json, span[HeaderLength..], out var written, FastestQuality, WindowBits))
            throw new InvalidOperationException($"{json.Length} bytes could not be compressed into a buffer of the maximum length.");
        stored.Advance(HeaderLength + written);
        return stored;
    }

    /// <summary>The JSON of a stored run.</summary>
    /// <exception cref="InvalidDataException">It has neither form: it was tampered with.</exception>
    public static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> stored)
    {
        var span = stored.Span;
        if (span.Length > 0 && span[0] == '[')
            return stored;
        if (span.Length < HeaderLength || span[0] != BrotliMarker || BinaryPrimitives.ReadInt32BigEndian(span[1..]) is not (>= CompressionThreshold and var length))
            throw new InvalidDataException("A run of events is stored in an unknown form.");
        var json = new byte[length];
        return BrotliDecoder.TryDecompress(span[HeaderLength..], json, out var written) && written == length
            ? json
            : throw new InvalidDataException("A run of events cannot be decompressed.");
    }
}
