using System.Buffers;
using Google.Protobuf;

namespace Outreach.Server.Rpc.Messages;

/// <summary>Reads a message of one type of which a part is not valid protobuf, so that the rest of it is not lost.</summary>
internal interface IDamagedMessageReader<out T>
{
    /// <summary>The message without its damaged parts, which the reader remembers.</summary>
    /// <exception cref="InvalidProtocolBufferException">The damage is elsewhere, so that nothing can be read.</exception>
    T Read(ReadOnlySequence<byte> bytes);
}
