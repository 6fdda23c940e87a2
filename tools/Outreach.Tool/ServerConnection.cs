using System.CommandLine;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Outreach.Tool.Access;

namespace Outreach.Tool;

/// <summary>Connects a command to its server.</summary>
public static class ServerConnection
{
    /// <summary>The default gRPC address of a server: HTTP/2 without TLS, reachable from this machine only.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>The environment variable that allows connections without TLS to other machines.</summary>
    private const string PlainHttpVariable = "OUTREACH_PLAIN_HTTP";

    private const int MaxResponseBytes = 64 * 1024 * 1024;

    /// <summary>The server's address, an option of every command.</summary>
    public static Option<Uri> AddressOption { get; } = new("--server")
    {
        Description = "Address of the server's gRPC endpoint.",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => new Uri(DefaultAddress),
        CustomParser = result =>
        {
            if (!Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                result.AddError($"--server must be an address such as {DefaultAddress}, not '{result.Tokens[0].Value}'.");
            else if (address.Scheme == "http" && !address.IsLoopback && Environment.GetEnvironmentVariable(PlainHttpVariable) != "true")
                result.AddError($"Others could read along on the way to {address}: use https, or set {PlainHttpVariable}=true if the network is trusted.");
            return address;
        },
    };

    /// <summary>The folder of stored sessions, an option of every command.</summary>
    public static Option<string> SessionsFolderOption { get; } = new("--sessions")
    {
        Description = "Folder where sessions are stored, one file per server, readable only by its owner.",
        HelpName = "FOLDER",
        Recursive = true,
        DefaultValueFactory = _ => SessionFile.DefaultFolder,
    };

    /// <summary>Returns the file that stores the session with the command's server.</summary>
    public static SessionFile GetSessionFile(ParseResult parsed) => new(parsed.GetRequiredValue(SessionsFolderOption), parsed.GetRequiredValue(AddressOption));

    /// <summary>
    /// Creates a channel that connects at the first call. Calls carry the session's access token. If nobody is signed in, they
    /// carry no token and the server's answer explains what is missing.
    /// </summary>
    public static GrpcChannel Connect(ParseResult parsed)
    {
        var address = parsed.GetRequiredValue(AddressOption);
        var tokens = new AccessTokenProvider(address, GetSessionFile(parsed));
        return Open(address, new BearerTokenHandler(tokens, CreateHandler()), RetryOn(StatusCode.Unauthenticated, maxAttempts: 2));
    }

    /// <summary>Creates a channel for calls that need no session because they start or refresh one.</summary>
    public static GrpcChannel ConnectAnonymous(Uri address) => Open(address, CreateHandler(), RetryOn(StatusCode.Unavailable, maxAttempts: 3));

    /// <summary>
    /// True if the same call may succeed when it is repeated: the server was starting or busy, two writes conflicted, or the
    /// connection broke, which gRPC reports with various statuses.
    /// </summary>
    public static bool IsTransient(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted
        || failure.Status.DebugException is IOException or HttpRequestException;

    /// <summary>True if a stream ended because the caller's permissions changed. A new stream may be accepted.</summary>
    public static bool IsAccessChanged(RpcException failure) =>
        failure.StatusCode == StatusCode.Unauthenticated && failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "ACCESS_CHANGED";

    private static GrpcChannel Open(Uri address, HttpMessageHandler handler, ServiceConfig retries) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = handler,
        DisposeHttpClient = true,
        MaxReceiveMessageSize = MaxResponseBytes,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
        MaxReconnectBackoff = TimeSpan.FromSeconds(2),
        ServiceConfig = retries,
    });

    private static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
    };

    private static ServiceConfig RetryOn(StatusCode status, int maxAttempts) => new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = maxAttempts,
                    InitialBackoff = TimeSpan.FromMilliseconds(100),
                    MaxBackoff = TimeSpan.FromSeconds(1),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { status },
                },
            },
        },
    };
}
