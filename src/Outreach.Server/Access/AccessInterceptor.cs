using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>
/// The one door: every call of every face passes it, is let in by its method's policy, and is recorded where that says so. A
/// stream goes on only as long as its caller could begin it.
/// </summary>
internal sealed class AccessInterceptor(Callers callers, CallLimits limits, OpenCalls calls, Audit audit) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await EnterAsync(request as IMessage, context);
        return await continuation(request, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await EnterAsync(request as IMessage, context);
        await StayAsync(request as IMessage, context, inside => continuation(request, responseStream, inside));
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await EnterAsync(null, context);
        TResponse? response = null;
        await StayAsync(null, context, async inside => response = await continuation(requestStream, inside));
        return response!;
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await EnterAsync(null, context);
        await StayAsync(null, context, inside => continuation(requestStream, responseStream, inside));
    }

    /// <exception cref="RefusedException">The policy does not let the caller in.</exception>
    private async Task EnterAsync(IMessage? request, ServerCallContext context)
    {
        var policy = PolicyOf(context);
        if (policy.Reach == Reach.Anyone)
            return;
        try
        {
            await EnterAsync(policy, request, context);
        }
        catch (RefusedException refused)
        {
            Instruments.Refused.Add(1, new KeyValuePair<string, object?>("reason", refused.Refusal.Code));
            throw;
        }
    }

    private async Task EnterAsync(AllowAttribute policy, IMessage? request, ServerCallContext context)
    {
        var caller = await callers.ProveAsync(context.GetHttpContext().Request.Headers.Authorization, context.CancellationToken);
        limits.Enter(caller);
        context.UserState[typeof(Caller)] = caller;
        context.UserState[typeof(SeenSites)] = Callers.SitesOf(policy, caller);
        var refusal = await callers.RefuseAsync(policy, caller, Named(policy, request), context.CancellationToken);
        // An attempt at what is recorded is recorded too: it may be the first sign that somebody is where they should not be.
        if (policy.Recorded != AuditKind.Unspecified)
            await audit.RecordAsync(policy.Recorded, caller, context.Method, request, refusal);
        if (refusal is not null)
            throw new RefusedException(refusal);
    }

    private async Task StayAsync(IMessage? request, ServerCallContext context, Func<ServerCallContext, Task> inside)
    {
        var policy = PolicyOf(context);
        if (policy.Reach == Reach.Anyone)
        {
            using var outside = limits.Open(context);
            await inside(context);
            return;
        }

        using var place = limits.Open(context.Caller());
        var (caller, named) = (context.Caller(), Named(policy, request));
        using var call = calls.Open(caller, cancel => AskAgainAsync(policy, caller, named, cancel), context.CancellationToken);
        try
        {
            await inside(new EndingCallContext(context, call.Ends));
        }
        catch (Exception) when (call.Reason is not null)
        {
            throw call.Reason;
        }

        if (call.Reason is { } reason)
            throw reason;
    }

    /// <summary>Why a caller may not go on. What changed in the caller's roles ends a stream too: it may have shown other things from then on.</summary>
    private async Task<Refusal?> AskAgainAsync(AllowAttribute policy, Caller caller, IReadOnlyList<string> named, CancellationToken cancel)
    {
        var found = caller.Device is { } device
            ? await callers.FindAsync(caller.Person.Id, device, cancel)
            : await callers.FindAsync(new Vouched(caller.Person, caller.Until!.Value), cancel);
        if (found is not { } now)
            return DeviceRules.Ended();
        if (await callers.RefuseAsync(policy, now, named, cancel) is { } refusal)
            return refusal;
        return now.Person.Grants == caller.Person.Grants && now.FiguresFrom == caller.FiguresFrom
            ? null
            : Refusal.Unproven("ACCESS_CHANGED", "What the caller may do has changed. Call again.");
    }

    private static AllowAttribute PolicyOf(ServerCallContext context) =>
        context.GetHttpContext().GetEndpoint()?.Metadata.GetMetadata<AllowAttribute>()
        ?? throw new InvalidOperationException($"{context.Method} has no policy.");

    private static IReadOnlyList<string> Named(AllowAttribute policy, IMessage? request) =>
        request is null || policy.Sites.Length == 0 ? [] : RequestFields.Sites(request, policy.Sites);
}
