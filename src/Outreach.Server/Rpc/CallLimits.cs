using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Outreach.Server.Access;
using Outreach.Server.Hosting;

namespace Outreach.Server.Rpc;

/// <summary>
/// How often one address may call: <see cref="ServerSettings.CallsPerSecond"/>; and one device: a fifth of that. Ten times as
/// often for a moment, as a van full of phones does when it comes back into signal. A stream counts as one call, however much
/// it carries, and a device may have <see cref="MaxStreams"/> of them open.
/// </summary>
internal sealed class CallLimits(ServerSettings settings, TimeProvider time) : Interceptor, IDisposable
{
    /// <summary>Streams that one device may have open at once.</summary>
    public const int MaxStreams = 100;

    private const int BurstSeconds = 10;
    private const int DevicesPerAddress = 5;

    private readonly PartitionedRateLimiter<IPAddress> addressLimiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetTokenBucketLimiter(address, _ => CreateTokenBucket(settings.CallsPerSecond)));

    private readonly PartitionedRateLimiter<string> deviceLimiter = PartitionedRateLimiter.Create<string, string>(
        device => RateLimitPartition.GetTokenBucketLimiter(device, _ => CreateTokenBucket(CallsPerDevice(settings))));

    private readonly PartitionedRateLimiter<string> streamLimiter = PartitionedRateLimiter.Create<string, string>(
        device => RateLimitPartition.GetConcurrencyLimiter(device, _ => new ConcurrencyLimiterOptions { PermitLimit = MaxStreams, QueueLimit = 0 }));

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        AcquireCall(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        AcquireCall(context);
        return continuation(request, new SlowReaderGuard<TResponse>(responseStream, context, time), context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        AcquireCall(context);
        return continuation(requestStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        AcquireCall(context);
        return continuation(requestStream, new SlowReaderGuard<TResponse>(responseStream, context, time), context);
    }

    /// <summary>Lets an address make a call, if it has not made too many.</summary>
    /// <exception cref="RpcException">It has; the status says when to try again.</exception>
    public void AcquireCall(IPAddress address)
    {
        if (settings.CallsPerSecond > 0)
            Acquire(addressLimiter, address, settings.CallsPerSecond, "calls a second", "address");
    }

    /// <summary>Lets a device make a call, if it has not made too many.</summary>
    /// <exception cref="RpcException">It has; the status says when to try again.</exception>
    public void AcquireCall(Caller caller)
    {
        if (settings.CallsPerSecond > 0)
            Acquire(deviceLimiter, GetPartitionKey(caller), CallsPerDevice(settings), "calls a second", "device");
    }

    /// <summary>Lets a device open a stream; dispose what comes back when the stream has ended.</summary>
    /// <exception cref="RpcException">It has too many open.</exception>
    public IDisposable? AcquireStream(Caller caller) => AcquireStream(GetPartitionKey(caller), "device");

    /// <summary>Lets somebody open a stream who need not say who they are; dispose what comes back when the stream has ended.</summary>
    /// <exception cref="RpcException">Their address has too many open.</exception>
    public IDisposable? AcquireStream(ServerCallContext context) => AcquireStream($"address {ClientAddress.From(context)}", "address");

    public void Dispose()
    {
        addressLimiter.Dispose();
        deviceLimiter.Dispose();
        streamLimiter.Dispose();
    }

    private RateLimitLease? AcquireStream(string whose, string what) => settings.CallsPerSecond > 0
        ? Acquire(streamLimiter, whose, MaxStreams, "streams at once", what)
        : null;

    private void AcquireCall(ServerCallContext context) => AcquireCall(ClientAddress.From(context));

    private static RateLimitLease Acquire<TKey>(PartitionedRateLimiter<TKey> limiter, TKey whose, int most, string ofWhat, string from)
    {
        var taken = limiter.AttemptAcquire(whose);
        if (taken.IsAcquired)
            return taken;
        var wait = taken.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        taken.Dispose();
        Instruments.LimitedCalls.Add(1, new KeyValuePair<string, object?>("limit", $"{ofWhat} of {from}"));
        throw RefusalStatus.ResourceExhausted($"At most {most} {ofWhat} are taken from one {from}. Try again a little later.", wait);
    }

    private static int CallsPerDevice(ServerSettings settings) => Math.Max(1, settings.CallsPerSecond / DevicesPerAddress);

    /// <summary>The device; one that another provider vouches for counts by its person.</summary>
    private static string GetPartitionKey(Caller caller) => caller.Device?.Value ?? caller.Person.Id.Value;

    private static TokenBucketRateLimiterOptions CreateTokenBucket(int perSecond) => new()
    {
        TokenLimit = perSecond * BurstSeconds,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}

/// <summary>Where a call comes from, as far as limits are concerned.</summary>
internal static class ClientAddress
{
    /// <summary>An IPv4 address, or the first half of an IPv6 address: that much of it belongs to one household.</summary>
    public static IPAddress From(ServerCallContext context) => From(context.GetHttpContext().Connection.RemoteIpAddress);

    /// <inheritdoc cref="From(ServerCallContext)"/>
    public static IPAddress From(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
