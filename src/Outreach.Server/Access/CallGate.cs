using System.IO.Pipelines;
using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Outreach.Server.Rpc;
using Outreach.Server.Rpc.Messages;

namespace Outreach.Server.Access;

/// <summary>
/// Authenticates the caller of every RPC and counts the call before any of its body is read, and then counts the bytes of the body.
/// An interceptor cannot do this: the framework reads a unary request before it runs them.
/// </summary>
/// <remarks>A refused call reads an empty message in place of its body, and <see cref="AccessInterceptor"/> answers it.</remarks>
internal sealed class CallGate(AddressLimiter addresses, CallerAuthenticator callers, DeviceLimiter devices, InFlightByteLimiter bytes)
{
    /// <summary>An empty message that is not compressed: a flag and a length.</summary>
    private static readonly byte[] EmptyMessage = new byte[5];

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not { } rpc)
        {
            await next(context);
            return;
        }

        var address = ClientAddress.From(context.Connection.RemoteIpAddress);
        var admission = await AdmitAsync(context, address);
        using var lease = bytes.Open(admission.Caller is { } caller ? DeviceLimiter.GetKey(caller) : null, address);
        if (admission.Refusal is null)
            admission = CountBody(context, rpc.Method.Type, lease, admission);
        if (admission.Refusal is not null)
            ReplaceBody(context);
        context.Items[typeof(CallAdmission)] = admission;
        await next(context);
    }

    private async Task<CallAdmission> AdmitAsync(HttpContext context, IPAddress address)
    {
        try
        {
            addresses.AcquireCall(address);
            if (context.GetEndpoint()!.Metadata.GetMetadata<AllowAttribute>() is { Reach: Reach.Anyone })
                return new CallAdmission(null, null);
            var caller = await callers.AuthenticateAsync(context.Request.Headers.Authorization, context.RequestAborted);
            devices.AcquireCall(caller);
            return new CallAdmission(caller, null);
        }
#pragma warning disable CA1031 // The interceptors answer with it.
        catch (Exception refusal)
#pragma warning restore CA1031
        {
            return new CallAdmission(null, refusal);
        }
    }

    /// <summary>Counts a gRPC body while it arrives, and a JSON body, which is small, at once.</summary>
    private static CallAdmission CountBody(HttpContext context, MethodType type, InFlightByteLimiter.Lease lease, CallAdmission admission)
    {
        if (RequestBodyLimits.IsGrpc(context.Request))
        {
            var streams = type is MethodType.ClientStreaming or MethodType.DuplexStreaming;
            context.Features.Set<IRequestBodyPipeFeature>(new MeteredRequestBody(context.Request.BodyReader, lease, release: streams));
            return admission;
        }

        try
        {
            lease.Set(RequestBodyLimits.CanHaveBody(context) ? context.Request.ContentLength ?? RequestBodyLimits.MaxJsonBytes : 0);
            return admission;
        }
        catch (RpcException refusal)
        {
            return new CallAdmission(null, refusal);
        }
    }

    private static void ReplaceBody(HttpContext context)
    {
        if (RequestBodyLimits.IsGrpc(context.Request))
            context.Features.Set<IRequestBodyPipeFeature>(new ReplacedBody(PipeReader.Create(new(EmptyMessage))));
        else if (RequestBodyLimits.CanHaveBody(context))
            context.Request.Body = new MemoryStream("{}"u8.ToArray());
    }

    private sealed record ReplacedBody(PipeReader Reader) : IRequestBodyPipeFeature;
}

/// <summary>What <see cref="CallGate"/> found.</summary>
/// <param name="Caller">The caller; null where the call was refused, or its policy admits anyone.</param>
/// <param name="Refusal">Why the call is refused; null where it is not.</param>
internal sealed record CallAdmission(Caller? Caller, Exception? Refusal);
