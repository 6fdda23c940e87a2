using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Outreach.Server.Ledger;

/// <summary>The hash chain of a stream: what is hashed is laid out as segment.proto says, a head and then the payload.</summary>
internal static class Chain
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The hash before the first append.</summary>
    public static readonly byte[] Start = new byte[Length];

    private const int Fixed = Length + sizeof(long) + sizeof(long) + sizeof(int) + sizeof(int);

    /// <summary>Writes everything that is hashed before the payload.</summary>
    /// <returns>How many bytes it is.</returns>
    public static int WriteHead(PooledBuffer into, ReadOnlySpan<byte> before, string stream, long firstVersion, int count, long recordedAt)
    {
        var name = Encoding.UTF8.GetByteCount(stream);
        var span = into.GetSpan(Fixed + name);
        before.CopyTo(span);
        BinaryPrimitives.WriteInt64BigEndian(span[Length..], firstVersion);
        BinaryPrimitives.WriteInt64BigEndian(span[(Length + 8)..], recordedAt);
        BinaryPrimitives.WriteInt32BigEndian(span[(Length + 16)..], count);
        BinaryPrimitives.WriteInt32BigEndian(span[(Length + 20)..], name);
        Encoding.UTF8.GetBytes(stream, span[Fixed..]);
        into.Advance(Fixed + name);
        return Fixed + name;
    }

    /// <summary>The hash of an append that is stored.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> before, string stream, in Run run)
    {
        using var buffer = new PooledBuffer(Fixed + stream.Length + run.Payload.Length + 256);
        WriteHead(buffer, before, stream, run.FirstVersion, run.Count, run.RecordedAt.ToUnixTimeTicks());
        buffer.Write(run.Payload.Span);
        return SHA256.HashData(buffer.Span);
    }
}
