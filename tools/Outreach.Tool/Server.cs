using System.CommandLine;
using Grpc.Core;
using Grpc.Net.Client;

namespace Outreach.Tool;

/// <summary>The server that a command talks to.</summary>
public static class Server
{
    /// <summary>Where a server listens for gRPC unless it was told otherwise: HTTP/2 in plain text, this machine only.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5080";

    private const int LargestAnswer = 64 * 1024 * 1024;

    /// <summary>The option that every command has.</summary>
    public static Option<Uri> Option { get; } = new("--server")
    {
        Description = "Address of the server's gRPC endpoint.",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => new Uri(DefaultAddress),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                return address;
            result.AddError($"--server takes an address such as {DefaultAddress}; this is '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    /// <summary>Opens a connection lazily: the first call finds out whether the server is there.</summary>
    public static GrpcChannel Connect(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = LargestAnswer,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
        MaxReconnectBackoff = TimeSpan.FromSeconds(2),
    });

    /// <summary>
    /// Whether the same call may be right a moment later: the server starts, is busy, lost an append race, or went away in the
    /// middle, which shows as a broken connection under one status or another.
    /// </summary>
    public static bool IsPassing(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted
        || failure.Status.DebugException is IOException or HttpRequestException;
}
