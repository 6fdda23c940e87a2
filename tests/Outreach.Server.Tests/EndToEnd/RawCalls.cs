using Grpc.Core;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Calls methods with requests that need not be valid.</summary>
internal static class RawCalls
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>Sends one batch, and returns its response.</summary>
    public static Task<byte[]> SyncAsync(ChannelBase channel, byte[] batch) =>
        CallAsync(channel, "outreach.encounters.v1.EncounterService/SyncEncounters", batch);

    /// <summary>Sends one request to a method of any type, and returns its first response; an empty one where it has none.</summary>
    /// <param name="method">For example <c>outreach.sites.v1.SiteService/GetSite</c>.</param>
    public static async Task<byte[]> CallAsync(ChannelBase channel, string method, byte[] request)
    {
        var (service, name) = (method[..method.IndexOf('/', StringComparison.Ordinal)], method[(method.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        // On the wire, a duplex call with one request is the same as a unary one.
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, name, Bytes, Bytes), null, default);
        try
        {
            await call.RequestStream.WriteAsync(request);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // The status follows.
        }

        return await call.ResponseStream.MoveNext(default) ? call.ResponseStream.Current : [];
    }
}
