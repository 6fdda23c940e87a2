using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Outreach.Server.Ledger;

/// <summary>The hash chain of a stream: what is hashed is laid out as segment.proto says, a head and then the payload.</summary>
internal static class HashChain
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>The hash before the first append.</summary>
    public static readonly byte[] InitialHash = new byte[HashLength];

    private const int FixedHeaderLength = HashLength + sizeof(long) + sizeof(long) + sizeof(int) + sizeof(int);

    /// <summary>Writes everything that is hashed before the payload.</summary>
    /// <returns>How many bytes it is.</returns>
    public static int WriteHeader(PooledBuffer into, ReadOnlySpan<byte> before, string stream, long firstVersion, int count, long recordedAt)
    {
        var name = Encoding.UTF8.GetByteCount(stream);
        var span = into.GetSpan(FixedHeaderLength + name);
        before.CopyTo(span);
        BinaryPrimitives.WriteInt64BigEndian(span[HashLength..], firstVersion);
        BinaryPrimitives.WriteInt64BigEndian(span[(HashLength + 8)..], recordedAt);
        BinaryPrimitives.WriteInt32BigEndian(span[(HashLength + 16)..], count);
        BinaryPrimitives.WriteInt32BigEndian(span[(HashLength + 20)..], name);
        Encoding.UTF8.GetBytes(stream, span[FixedHeaderLength..]);
        into.Advance(FixedHeaderLength + name);
        return FixedHeaderLength + name;
    }

    /// <summary>The hash of an append that is stored.</summary>
    public static byte[] ComputeHash(ReadOnlySpan<byte> before, string stream, in FactRun run)
    {
        using var buffer = new PooledBuffer(FixedHeaderLength + stream.Length + run.Json.Length + 256);
        WriteHeader(buffer, before, stream, run.FirstVersion, run.Count, run.RecordedAt.ToUnixTimeTicks());
        buffer.Write(run.Json.Span);
        return SHA256.HashData(buffer.Span);
    }
}
