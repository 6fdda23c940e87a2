using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>A call whose token also ends when the server stops, so that streams end first and with a word to the caller.</summary>
internal sealed class EndingCallContext(ServerCallContext call, CancellationToken ends) : ServerCallContext
{
    // Where the service is found by: the host asks any call that is not its own for the HTTP request under this key.
    private const string HttpContextKey = "__HttpContext";

    protected override string MethodCore => call.Method;

    protected override string HostCore => call.Host;

    protected override string PeerCore => call.Peer;

    protected override DateTime DeadlineCore => call.Deadline;

    protected override Metadata RequestHeadersCore => call.RequestHeaders;

    protected override CancellationToken CancellationTokenCore => ends;

    protected override Metadata ResponseTrailersCore => call.ResponseTrailers;

    protected override Status StatusCore
    {
        get => call.Status;
        set => call.Status = value;
    }

    protected override WriteOptions? WriteOptionsCore
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    protected override AuthContext AuthContextCore => call.AuthContext;

    protected override IDictionary<object, object> UserStateCore
    {
        get
        {
            call.UserState[HttpContextKey] = call.GetHttpContext();
            return call.UserState;
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        call.CreatePropagationToken(options);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => call.WriteResponseHeadersAsync(responseHeaders);
}
