using Google.Protobuf;
using Grpc.Core;

namespace Outreach.Server.Rpc.Messages;

/// <summary>Reads the requests of every gRPC method.</summary>
/// <param name="deserialize">Reads a valid message.</param>
/// <param name="damaged">Reads a damaged message; null for types of which nothing can be taken then.</param>
internal sealed class MessageReader<T>(Func<DeserializationContext, T> deserialize, IDamagedMessageReader<T>? damaged)
    where T : class
{
    /// <exception cref="RpcException">INVALID_ARGUMENT: the bytes are not valid protobuf.</exception>
    public T Read(DeserializationContext context)
    {
        try
        {
            return ReadIntact(context) ?? damaged!.Read(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException invalid)
        {
            throw RefusalStatus.InvalidArgument($"The message is not valid protobuf: {invalid.Message}");
        }
    }

    /// <summary>The message; null where it is damaged and can be read in part.</summary>
    private T? ReadIntact(DeserializationContext context)
    {
        try
        {
            return deserialize(context);
        }
        catch (InvalidProtocolBufferException) when (damaged is not null)
        {
            return null;
        }
    }
}
