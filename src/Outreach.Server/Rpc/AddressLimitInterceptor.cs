using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Outreach.Server.Rpc;

/// <summary>Applies the address limit to every call. A stream counts as one call, whatever its size.</summary>
internal sealed class AddressLimitInterceptor(AddressLimiter limiter) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        limiter.AcquireCall(ClientAddress.From(context));
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        limiter.AcquireCall(ClientAddress.From(context));
        return continuation(request, responseStream, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        limiter.AcquireCall(ClientAddress.From(context));
        return continuation(requestStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        limiter.AcquireCall(ClientAddress.From(context));
        return continuation(requestStream, responseStream, context);
    }
}
