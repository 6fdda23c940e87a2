using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Outreach.Server.Rpc;

/// <summary>Guards every stream of responses with a <see cref="SlowReaderGuard{T}"/>.</summary>
internal sealed class SlowReaderInterceptor(TimeProvider time) : Interceptor
{
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(request, new SlowReaderGuard<TResponse>(responseStream, context, time), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(requestStream, new SlowReaderGuard<TResponse>(responseStream, context, time), context);
}
