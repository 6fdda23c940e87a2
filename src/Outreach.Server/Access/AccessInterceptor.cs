using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>
/// The one door: every call of every face passes it, is let in by its method's policy, and is recorded where that says so. A
/// stream goes on only as long as its caller could begin it.
/// </summary>
internal sealed class AccessInterceptor(CallerAuthenticator callers, DeviceLimiter limiter, StreamingCalls calls, AuditLog audit) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(request as IMessage, context);
        return await continuation(request, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(request as IMessage, context);
        await RunStreamAsync(request as IMessage, context, inside => continuation(request, responseStream, inside));
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(null, context);
        TResponse? response = null;
        await RunStreamAsync(null, context, async inside => response = await continuation(requestStream, inside));
        return response!;
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(null, context);
        await RunStreamAsync(null, context, inside => continuation(requestStream, responseStream, inside));
    }

    /// <exception cref="RefusedException">The policy does not let the caller in.</exception>
    private async Task AuthorizeAsync(IMessage? request, ServerCallContext context)
    {
        var policy = GetPolicy(context);
        if (policy.Reach == Reach.Anyone)
            return;
        try
        {
            await AuthorizeAsync(policy, request, context);
        }
        catch (RefusedException refused)
        {
            Instruments.RefusedCalls.Add(1, new KeyValuePair<string, object?>("reason", refused.Refusal.Code));
            throw;
        }
    }

    private async Task AuthorizeAsync(AllowAttribute policy, IMessage? request, ServerCallContext context)
    {
        var caller = await callers.AuthenticateAsync(context.GetHttpContext().Request.Headers.Authorization, context.CancellationToken);
        limiter.AcquireCall(caller);
        context.UserState[typeof(Caller)] = caller;
        context.UserState[typeof(SiteScope)] = CallerAuthenticator.GetSiteScope(policy, caller);
        var refusal = await callers.AuthorizeAsync(policy, caller, GetSites(policy, request), context.CancellationToken);
        // An attempt at what is recorded is recorded too: it may be the first sign that somebody is where they should not be.
        if (policy.AuditAs != AuditKind.Unspecified)
            await audit.RecordAsync(policy.AuditAs, caller, context.Method, request, refusal);
        if (refusal is not null)
            throw new RefusedException(refusal);
    }

    private async Task RunStreamAsync(IMessage? request, ServerCallContext context, Func<ServerCallContext, Task> inside)
    {
        var policy = GetPolicy(context);
        if (policy.Reach == Reach.Anyone)
        {
            using var anonymous = limiter.AcquireAnonymousStream(context);
            await inside(context);
            return;
        }

        using var permit = limiter.AcquireStream(context.GetCaller());
        var (caller, named) = (context.GetCaller(), GetSites(policy, request));
        using var call = calls.Add(caller, cancel => ReauthorizeAsync(policy, caller, named, cancel), context.CancellationToken);
        try
        {
            await inside(new CancellableCallContext(context, call.CancellationToken));
        }
        catch (Exception) when (call.EndReason is not null)
        {
            throw call.EndReason;
        }

        if (call.EndReason is { } reason)
            throw reason;
    }

    /// <summary>Why a caller may not go on. What changed in the caller's roles ends a stream too: it may have shown other things from then on.</summary>
    private async Task<Refusal?> ReauthorizeAsync(AllowAttribute policy, Caller caller, IReadOnlyList<string> named, CancellationToken cancel)
    {
        var found = caller.Device is { } device
            ? await callers.FindAsync(caller.Person.Id, device, cancel)
            : await callers.FindAsync(new ExternalIdentity(caller.Person, caller.ExpiresAt!.Value), cancel);
        if (found is not { } now)
            return DeviceRules.SessionEnded();
        if (await callers.AuthorizeAsync(policy, now, named, cancel) is { } refusal)
            return refusal;
        return now.Person.Grants == caller.Person.Grants && now.FiguresFrom == caller.FiguresFrom
            ? null
            : Refusal.Unauthenticated("ACCESS_CHANGED", "What the caller may do has changed. Call again.");
    }

    private static AllowAttribute GetPolicy(ServerCallContext context) =>
        context.GetHttpContext().GetEndpoint()?.Metadata.GetMetadata<AllowAttribute>()
        ?? throw new InvalidOperationException($"{context.Method} has no policy.");

    private static IReadOnlyList<string> GetSites(AllowAttribute policy, IMessage? request) =>
        request is null || policy.SitePaths.Length == 0 ? [] : RequestFields.GetSites(request, policy.SitePaths);
}
