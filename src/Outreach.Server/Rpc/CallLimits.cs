using System.Net;
using System.Threading.RateLimiting;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Outreach.Server.Hosting;

namespace Outreach.Server.Rpc;

/// <summary>
/// How often one address may call: <see cref="ServerSettings.CallsPerSecond"/>, and ten times as often for a moment, as a
/// van full of phones does when it comes back into signal. A stream counts as one call, however much it carries.
/// </summary>
internal sealed class CallLimits(ServerSettings settings) : Interceptor, IDisposable
{
    private const int SecondsAtOnce = 10;

    private readonly PartitionedRateLimiter<IPAddress> limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => settings.CallsPerSecond == 0
            ? RateLimitPartition.GetNoLimiter(IPAddress.None)
            : RateLimitPartition.GetTokenBucketLimiter(Whose(address), _ => Bucket(settings.CallsPerSecond)));

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Enter(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Enter(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Enter(context);
        return continuation(requestStream, responseStream, context);
    }

    public void Dispose() => limiter.Dispose();

    private void Enter(ServerCallContext context)
    {
        using var entered = limiter.AttemptAcquire(context.GetHttpContext().Connection.RemoteIpAddress ?? IPAddress.None);
        if (entered.IsAcquired)
            return;
        var wait = entered.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        throw RefusalStatus.Exhausted($"At most {settings.CallsPerSecond} calls a second are taken from one address. Try again a little later.", wait);
    }

    private static TokenBucketRateLimiterOptions Bucket(int perSecond) => new()
    {
        TokenLimit = perSecond * SecondsAtOnce,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    /// <summary>An IPv4 address, or the first half of an IPv6 address: that much of it belongs to one household.</summary>
    private static IPAddress Whose(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
