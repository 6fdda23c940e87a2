using System.Runtime.ExceptionServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>
/// Authorizes every call that <see cref="CallGate"/> let in by its method's policy, and records it where the policy says so. A
/// stream ends when its caller loses access.
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
        await RunStreamAsync(request as IMessage, context, call => continuation(request, responseStream, call));
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(null, context);
        TResponse? response = null;
        await RunStreamAsync(null, context, async call => response = await continuation(requestStream, call));
        return response!;
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(null, context);
        await RunStreamAsync(null, context, call => continuation(requestStream, responseStream, call));
    }

    /// <exception cref="RefusedException">The policy refuses the caller.</exception>
    private async Task AuthorizeAsync(IMessage? request, ServerCallContext context)
    {
        var policy = GetPolicy(context);
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
        var admission = (CallAdmission)context.GetHttpContext().Items[typeof(CallAdmission)]!;
        if (admission.Refusal is { } refused)
            ExceptionDispatchInfo.Throw(refused);
        if (admission.Caller is not { } caller)
            return;
        context.UserState[typeof(Caller)] = caller;
        context.UserState[typeof(SiteScope)] = CallerAuthenticator.GetSiteScope(policy, caller);
        var refusal = await callers.AuthorizeAsync(policy, caller, GetSites(policy, request), context.CancellationToken);
        // Refused calls are recorded too: they may be the first sign of an intruder.
        if (policy.AuditAs != AuditKind.Unspecified)
            await audit.RecordAsync(policy.AuditAs, caller, context.Method, request, refusal);
        if (refusal is not null)
            throw new RefusedException(refusal);
    }

    private async Task RunStreamAsync(IMessage? request, ServerCallContext context, Func<ServerCallContext, Task> run)
    {
        var policy = GetPolicy(context);
        if (policy.Reach == Reach.Anyone)
        {
            using var anonymous = limiter.AcquireAnonymousStream(context);
            await run(context);
            return;
        }

        using var permit = limiter.AcquireStream(context.GetCaller());
        var (caller, siteIds) = (context.GetCaller(), GetSites(policy, request));
        using var call = calls.Add(caller, cancel => ReauthorizeAsync(policy, caller, siteIds, cancel), context.CancellationToken);
        try
        {
            await run(new CancellableCallContext(context, call.CancellationToken));
        }
        catch (Exception) when (call.EndReason is not null)
        {
            throw call.EndReason;
        }

        if (call.EndReason is { } reason)
            throw reason;
    }

    /// <summary>Why a caller may not continue; null if they may. A change of roles ends a stream too, because it may change what the stream shows.</summary>
    private async Task<Refusal?> ReauthorizeAsync(AllowAttribute policy, Caller caller, IReadOnlyList<string> siteIds, CancellationToken cancel)
    {
        var found = caller.Device is { } device
            ? await callers.FindAsync(caller.Person.Id, device, cancel)
            : await callers.FindAsync(new ExternalIdentity(caller.Person, caller.ExpiresAt!.Value), cancel);
        if (found is not { } now)
            return DeviceRules.SessionEnded();
        if (await callers.AuthorizeAsync(policy, now, siteIds, cancel) is { } refusal)
            return refusal;
        return now.Person.Grants == caller.Person.Grants && now.FiguresFrom == caller.FiguresFrom
            ? null
            : Refusal.Unauthenticated("ACCESS_CHANGED", "Your roles have changed. Call again.");
    }

    private static AllowAttribute GetPolicy(ServerCallContext context) =>
        context.GetHttpContext().GetEndpoint()?.Metadata.GetMetadata<AllowAttribute>()
        ?? throw new InvalidOperationException($"{context.Method} has no policy.");

    private static IReadOnlyList<string> GetSites(AllowAttribute policy, IMessage? request) =>
        request is null || policy.SitePaths.Length == 0 ? [] : RequestFields.GetSites(request, policy.SitePaths);
}
