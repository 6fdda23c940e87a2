using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Outreach.Server.Ledger;

/// <summary>The hash chain of a stream. Each hash covers a header, as segment.proto describes it, and the payload.</summary>
internal static class HashChain
{
    /// <summary>The length of a hash in bytes.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>The hash before the first append.</summary>
    public static readonly byte[] InitialHash = new byte[HashLength];

    private const int FixedHeaderLength = HashLength + sizeof(long) + sizeof(long) + sizeof(int) + sizeof(int);

    /// <summary>Writes the header that is hashed before the payload.</summary>
    /// <returns>The length of the header in bytes.</returns>
    public static int WriteHeader(PooledBuffer buffer, ReadOnlySpan<byte> previousHash, string stream, long firstVersion, int count, long recordedAt)
    {
        var nameLength = Encoding.UTF8.GetByteCount(stream);
        var span = buffer.GetSpan(FixedHeaderLength + nameLength);
        previousHash.CopyTo(span);
        BinaryPrimitives.WriteInt64BigEndian(span[HashLength..], firstVersion);
        BinaryPrimitives.WriteInt64BigEndian(span[(HashLength + 8)..], recordedAt);
        BinaryPrimitives.WriteInt32BigEndian(span[(HashLength + 16)..], count);
        BinaryPrimitives.WriteInt32BigEndian(span[(HashLength + 20)..], nameLength);
        Encoding.UTF8.GetBytes(stream, span[FixedHeaderLength..]);
        buffer.Advance(FixedHeaderLength + nameLength);
        return FixedHeaderLength + nameLength;
    }

    /// <summary>Computes the hash of a stored append.</summary>
    public static byte[] ComputeHash(ReadOnlySpan<byte> previousHash, string stream, in FactRun run)
    {
        using var buffer = new PooledBuffer(FixedHeaderLength + stream.Length + run.Json.Length + 256);
        WriteHeader(buffer, previousHash, stream, run.FirstVersion, run.Count, run.RecordedAt.ToUnixTimeTicks());
        buffer.Write(run.Json.Span);
        return SHA256.HashData(buffer.Span);
    }
}
