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
/// it carries, and a device may have <see cref="MostStreams"/> of them open.
/// </summary>
internal sealed class CallLimits(ServerSettings settings, TimeProvider time) : Interceptor, IDisposable
{
    /// <summary>Streams that one device may have open at once.</summary>
    public const int MostStreams = 100;

    private const int SecondsAtOnce = 10;
    private const int DevicesAtOneAddress = 5;

    private readonly PartitionedRateLimiter<IPAddress> ofAddress = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(settings.CallsPerSecond)));

    private readonly PartitionedRateLimiter<string> ofDevice = PartitionedRateLimiter.Create<string, string>(
        device => RateLimitPartition.GetTokenBucketLimiter(device, _ => Bucket(PerDevice(settings))));

    private readonly PartitionedRateLimiter<string> streams = PartitionedRateLimiter.Create<string, string>(
        device => RateLimitPartition.GetConcurrencyLimiter(device, _ => new ConcurrencyLimiterOptions { PermitLimit = MostStreams, QueueLimit = 0 }));

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
        return continuation(request, new CuttingWriter<TResponse>(responseStream, context, time), context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Enter(context);
        return continuation(requestStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Enter(context);
        return continuation(requestStream, new CuttingWriter<TResponse>(responseStream, context, time), context);
    }

    /// <summary>Lets an address make a call, if it has not made too many.</summary>
    /// <exception cref="RpcException">It has; the status says when to try again.</exception>
    public void Enter(IPAddress address)
    {
        if (settings.CallsPerSecond > 0)
            Take(ofAddress, address, settings.CallsPerSecond, "calls a second", "address");
    }

    /// <summary>Lets a device make a call, if it has not made too many.</summary>
    /// <exception cref="RpcException">It has; the status says when to try again.</exception>
    public void Enter(Caller caller)
    {
        if (settings.CallsPerSecond > 0)
            Take(ofDevice, NameOf(caller), PerDevice(settings), "calls a second", "device");
    }

    /// <summary>Lets a device open a stream; dispose what comes back when the stream has ended.</summary>
    /// <exception cref="RpcException">It has too many open.</exception>
    public IDisposable? Open(Caller caller) => Open(NameOf(caller), "device");

    /// <summary>Lets somebody open a stream who need not say who they are; dispose what comes back when the stream has ended.</summary>
    /// <exception cref="RpcException">Their address has too many open.</exception>
    public IDisposable? Open(ServerCallContext context) => Open($"address {CallAddress.Of(context)}", "address");

    public void Dispose()
    {
        ofAddress.Dispose();
        ofDevice.Dispose();
        streams.Dispose();
    }

    private RateLimitLease? Open(string whose, string what) => settings.CallsPerSecond > 0
        ? Take(streams, whose, MostStreams, "streams at once", what)
        : null;

    private void Enter(ServerCallContext context) => Enter(CallAddress.Of(context));

    private static RateLimitLease Take<TKey>(PartitionedRateLimiter<TKey> limiter, TKey whose, int most, string ofWhat, string from)
    {
        var taken = limiter.AttemptAcquire(whose);
        if (taken.IsAcquired)
            return taken;
        var wait = taken.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        taken.Dispose();
        Instruments.Limited.Add(1, new KeyValuePair<string, object?>("limit", $"{ofWhat} of {from}"));
        throw RefusalStatus.Exhausted($"At most {most} {ofWhat} are taken from one {from}. Try again a little later.", wait);
    }

    private static int PerDevice(ServerSettings settings) => Math.Max(1, settings.CallsPerSecond / DevicesAtOneAddress);

    /// <summary>The device; one that another provider vouches for counts by its person.</summary>
    private static string NameOf(Caller caller) => caller.Device?.Value ?? caller.Person.Id.Value;

    private static TokenBucketRateLimiterOptions Bucket(int perSecond) => new()
    {
        TokenLimit = perSecond * SecondsAtOnce,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}

/// <summary>Where a call comes from, as far as limits are concerned.</summary>
internal static class CallAddress
{
    /// <summary>An IPv4 address, or the first half of an IPv6 address: that much of it belongs to one household.</summary>
    public static IPAddress Of(ServerCallContext context) => Of(context.GetHttpContext().Connection.RemoteIpAddress);

    /// <inheritdoc cref="Of(ServerCallContext)"/>
    public static IPAddress Of(IPAddress? address)
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
