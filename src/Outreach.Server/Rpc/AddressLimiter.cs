using System.Net;
using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>Limits how often one address may call. It is applied before anything else, so that floods cost little.</summary>
internal sealed class AddressLimiter(CallLimitSettings settings) : IDisposable
{
    private readonly CallRateLimiter<IPAddress> calls = new(settings.CallsPerSecond, "address");

    /// <summary>Counts a call.</summary>
    /// <exception cref="RpcException">The address has called too often. The status states when to try again.</exception>
    public void AcquireCall(IPAddress address) => calls.Acquire(address);

    public void Dispose() => calls.Dispose();
}
