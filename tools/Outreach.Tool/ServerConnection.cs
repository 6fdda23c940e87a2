using System.CommandLine;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Outreach.Tool.Access;

namespace Outreach.Tool;

/// <summary>The server that a command talks to.</summary>
public static class ServerConnection
{
    /// <summary>Where a server listens for gRPC unless it was told otherwise: HTTP/2 in plain text, this machine only.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>The variable that lets the tool speak without TLS to another machine.</summary>
    private const string PlainHttpVariable = "OUTREACH_PLAIN_HTTP";

    private const int MaxResponseBytes = 64 * 1024 * 1024;

    /// <summary>The option that every command has.</summary>
    public static Option<Uri> AddressOption { get; } = new("--server")
    {
        Description = "Address of the server's gRPC endpoint.",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => new Uri(DefaultAddress),
        CustomParser = result =>
        {
            if (!Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                result.AddError($"--server takes an address such as {DefaultAddress}; this is '{result.Tokens[0].Value}'.");
            else if (address.Scheme == "http" && !address.IsLoopback && Environment.GetEnvironmentVariable(PlainHttpVariable) != "true")
                result.AddError($"Others could read along on the way to {address}: use https, or set {PlainHttpVariable}=true where nobody can.");
            return address;
        },
    };

    /// <summary>The option that says where sessions are kept.</summary>
    public static Option<string> SessionsFolderOption { get; } = new("--sessions")
    {
        Description = "Folder where sessions are kept, a file a server that only its owner can read.",
        HelpName = "FOLDER",
        Recursive = true,
        DefaultValueFactory = _ => SessionFile.DefaultFolder,
    };

    /// <summary>Where the session with the server of a command is kept.</summary>
    public static SessionFile SessionFileOf(ParseResult parsed) => new(parsed.GetRequiredValue(SessionsFolderOption), parsed.GetRequiredValue(AddressOption));

    /// <summary>
    /// Opens a connection lazily: the first call finds out whether the server is there. Calls carry the session's access token,
    /// and none where nobody is signed in: what the server answers then says more than the tool could.
    /// </summary>
    public static GrpcChannel Connect(ParseResult parsed)
    {
        var address = parsed.GetRequiredValue(AddressOption);
        var keeper = new AccessTokenProvider(address, SessionFileOf(parsed));
        return Open(address, new BearerTokenHandler(keeper, CreateHandler()), RetryOn(StatusCode.Unauthenticated, tries: 2));
    }

    /// <summary>Opens a connection for calls that need no session: those that begin or refresh one.</summary>
    public static GrpcChannel ConnectAnonymous(Uri address) => Open(address, CreateHandler(), RetryOn(StatusCode.Unavailable, tries: 3));

    /// <summary>
    /// Whether the same call may be right a moment later: the server starts, is busy, lost an append race, or went away in the
    /// middle, which shows as a broken connection under one status or another.
    /// </summary>
    public static bool IsTransient(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted
        || failure.Status.DebugException is IOException or HttpRequestException;

    /// <summary>Whether a stream ended because its caller may do more or less than when it began: another one may be let in.</summary>
    public static bool IsAccessChanged(RpcException failure) =>
        failure.StatusCode == StatusCode.Unauthenticated && failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "ACCESS_CHANGED";

    private static GrpcChannel Open(Uri address, HttpMessageHandler handler, ServiceConfig tries) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = handler,
        DisposeHttpClient = true,
        MaxReceiveMessageSize = MaxResponseBytes,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
        MaxReconnectBackoff = TimeSpan.FromSeconds(2),
        ServiceConfig = tries,
    });

    private static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
    };

    private static ServiceConfig RetryOn(StatusCode status, int tries) => new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = tries,
                    InitialBackoff = TimeSpan.FromMilliseconds(100),
                    MaxBackoff = TimeSpan.FromSeconds(1),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { status },
                },
            },
        },
    };
}
