using System.Buffers;
using System.IO.Hashing;
using Google.Protobuf;
using Outreach.Domain.Recording;

namespace Outreach.Server.Recording;

/// <summary>Hashes the content of a request, so that a repeated request is recognized.</summary>
/// <remarks>
/// The hash is over the message's bytes in field order, without fields that this version does not know: a phone that was
/// updated between two attempts still sends the same content. The caller first replaces the participant code with its key.
/// </remarks>
internal static class ContentHasher
{
    public static ContentHash Compute(IMessage message)
    {
        var size = message.CalculateSize();
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var bytes = buffer.AsSpan(0, size);
            message.WriteTo(bytes);
            return KnownFieldTable.ContainsOnlyKnown(message.Descriptor, bytes) ? Hash(bytes) : Hash(WithoutUnknown(message, bytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: false);
        }
    }

    private static byte[] WithoutUnknown(IMessage message, ReadOnlySpan<byte> bytes) =>
        message.Descriptor.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes.ToArray()).ToByteArray();

    private static ContentHash Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[16];
        XxHash128.Hash(bytes, hash);
        return new ContentHash(new Guid(hash, bigEndian: true));
    }
}
