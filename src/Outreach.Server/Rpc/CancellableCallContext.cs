using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>A call with another cancellation token, so that it can be ended with a status: when the server stops, or the caller loses access.</summary>
internal sealed class CancellableCallContext : ServerCallContext
{
    private readonly ServerCallContext call;
    private readonly CancellationToken cancellationToken;

    public CancellableCallContext(ServerCallContext call, CancellationToken cancellationToken)
    {
        (this.call, this.cancellationToken) = (call, cancellationToken);
        // The framework looks for it here in a context that it did not create.
        call.UserState["__HttpContext"] = call.GetHttpContext();
    }

    protected override string MethodCore => call.Method;

    protected override string HostCore => call.Host;

    protected override string PeerCore => call.Peer;

    protected override DateTime DeadlineCore => call.Deadline;

    protected override Metadata RequestHeadersCore => call.RequestHeaders;

    protected override CancellationToken CancellationTokenCore => cancellationToken;

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

    protected override IDictionary<object, object> UserStateCore => call.UserState;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        call.CreatePropagationToken(options);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => call.WriteResponseHeadersAsync(responseHeaders);
}
