using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Outreach.Server.Rpc.Messages;

/// <summary>Reads the requests of every gRPC method.</summary>
/// <param name="deserialize">Reads a valid message.</param>
/// <param name="damaged">Reads a damaged message; null for types of which nothing can be taken then.</param>
internal sealed class MessageReader<T>(Func<DeserializationContext, T> deserialize, IDamagedMessageReader<T>? damaged)
    where T : class
{
    private readonly MessageLimits limits = MessageLimits.For(GetDescriptor());

    /// <exception cref="RpcException">INVALID_ARGUMENT: the bytes are not valid protobuf, or the message has too many parts.</exception>
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
        catch (InvalidRequestException tooLarge)
        {
            throw RefusalStatus.From(tooLarge);
        }
    }

    private static MessageDescriptor GetDescriptor() => ((IMessage)Activator.CreateInstance<T>()).Descriptor;

    /// <summary>The message; null where it is damaged and can be read in part.</summary>
    private T? ReadIntact(DeserializationContext context)
    {
        try
        {
            limits.Check(context.PayloadAsReadOnlySequence());
            return deserialize(context);
        }
        catch (Exception invalid) when (damaged is not null && invalid is (InvalidProtocolBufferException or InvalidRequestException))
        {
            return null;
        }
    }
}
