using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Outreach.Web.Shell.Sessions;

/// <summary>
/// Authenticates again after UNAUTHENTICATED. A unary call is then repeated once. A stream still fails, so that its reader discards
/// what it shows and opens a new stream.
/// </summary>
internal sealed class ReauthenticateInterceptor(Session session) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var first = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(
            RetryOnceAsync(first, () => continuation(request, context)), first.ResponseHeadersAsync, first.GetStatus, first.GetTrailers, first.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(
            new ReauthenticatingStreamReader<TResponse>(call.ResponseStream, session), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private async Task<T> RetryOnceAsync<T>(AsyncUnaryCall<T> first, Func<AsyncUnaryCall<T>> repeat)
    {
        try
        {
            return await first.ResponseAsync;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            await session.ReauthenticateAsync();
        }

        using var second = repeat();
        return await second.ResponseAsync;
    }

    private sealed class ReauthenticatingStreamReader<T>(IAsyncStreamReader<T> stream, Session session) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await stream.MoveNext(cancellationToken);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                try
                {
                    await session.ReauthenticateAsync();
                }
                catch (RpcException)
                {
                    // If the session has ended, the page shows the sign-in. Otherwise the next stream meets the same error and handles it.
                }

                throw;
            }
        }
    }
}
