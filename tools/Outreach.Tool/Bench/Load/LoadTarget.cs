using Grpc.Core;
using Grpc.Net.Client;

namespace Outreach.Tool.Bench.Load;

/// <summary>Where a load goes.</summary>
/// <param name="Port">The server's port on 127.0.0.1.</param>
/// <param name="Token">The access token that every call carries; null for a server that asks for none.</param>
internal sealed record LoadTarget(int Port, string? Token)
{
    /// <summary>Opens a channel with a connection that it shares with no other.</summary>
    public GrpcChannel Open() => GrpcChannel.ForAddress(
        $"http://127.0.0.1:{Port}",
        new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            Credentials = Token is null ? ChannelCredentials.Insecure : ChannelCredentials.Create(ChannelCredentials.Insecure, CallCredentials.FromInterceptor(AddTokenAsync)),
            UnsafeUseInsecureChannelCallCredentials = true,
        });

    private Task AddTokenAsync(AuthInterceptorContext context, Metadata metadata)
    {
        metadata.Add("authorization", $"Bearer {Token}");
        return Task.CompletedTask;
    }
}
