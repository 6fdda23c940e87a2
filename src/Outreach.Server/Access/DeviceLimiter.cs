using System.Threading.RateLimiting;
using Grpc.Core;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>
/// Limits the calls of one device to a fifth of the address limit, and the number of its open streams. It is applied after the
/// caller is authenticated. Callers without a device are counted by person.
/// </summary>
internal sealed class DeviceLimiter(CallLimitSettings settings) : IDisposable
{
    /// <summary>The maximum number of open streams of one device.</summary>
    public const int MaxStreams = 100;

    private const int DevicesPerAddress = 5;

    private readonly CallRateLimiter<string> calls =
        new(settings.CallsPerSecond > 0 ? Math.Max(1, settings.CallsPerSecond / DevicesPerAddress) : 0, "device");

    private readonly PartitionedRateLimiter<string> streams = PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = MaxStreams, QueueLimit = 0 }));

    /// <summary>Counts a call.</summary>
    /// <exception cref="RpcException">The device has called too often. The status states when to try again.</exception>
    public void AcquireCall(Caller caller) => calls.Acquire(GetKey(caller));

    /// <summary>Counts a stream until the result, which may be null, is disposed.</summary>
    /// <exception cref="RpcException">The device has too many open.</exception>
    public IDisposable? AcquireStream(Caller caller) => AcquireStream(GetKey(caller), "device");

    /// <summary>Counts a stream of an anonymous caller, for its address, until the result, which may be null, is disposed.</summary>
    /// <exception cref="RpcException">The address has too many open.</exception>
    public IDisposable? AcquireAnonymousStream(ServerCallContext context) => AcquireStream($"address {ClientAddress.From(context)}", "address");

    /// <summary>What limits count a caller by.</summary>
    public static string GetKey(Caller caller) => caller.Device?.Value ?? caller.Person.Id.Value;

    public void Dispose()
    {
        calls.Dispose();
        streams.Dispose();
    }

    private RateLimitLease? AcquireStream(string key, string owner) => settings.CallsPerSecond > 0
        ? streams.AttemptAcquire(key).ThrowIfExceeded(MaxStreams, "streams at once", owner)
        : null;
}
