using Grpc.Core;
using Grpc.Net.Client;

namespace Outreach.Tool.Bench.Load;

/// <summary>The server that receives a load.</summary>
/// <param name="Port">The server's port on 127.0.0.1.</param>
/// <param name="Token">The access token of calls; null if the server needs none.</param>
internal sealed record LoadTarget(int Port, string? Token)
{
    /// <summary>Opens a channel with its own connection.</summary>
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
