using System.Threading.RateLimiting;
using Grpc.Core;

namespace Outreach.Server.Rpc;

/// <summary>
/// Limits the calls per second from each caller. Bursts may be ten times as large, for example when many phones in a van are
/// online again.
/// </summary>
/// <param name="callsPerSecond">The limit; 0 for none.</param>
/// <param name="caller">What a key stands for, for example "address".</param>
internal sealed class CallRateLimiter<TKey>(int callsPerSecond, string caller) : IDisposable
    where TKey : notnull
{
    private const int BurstSeconds = 10;

    private readonly PartitionedRateLimiter<TKey> limiter = PartitionedRateLimiter.Create<TKey, TKey>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = callsPerSecond * BurstSeconds,
            TokensPerPeriod = callsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    /// <summary>Counts a call.</summary>
    /// <exception cref="RpcException">There were too many. The status states when to try again.</exception>
    public void Acquire(TKey key)
    {
        if (callsPerSecond > 0)
            limiter.AttemptAcquire(key).ThrowIfExceeded(callsPerSecond, "calls a second", caller);
    }

    public void Dispose() => limiter.Dispose();
}

/// <summary>Throws if a caller is over a limit.</summary>
internal static class RateLimitLeaseExtensions
{
    /// <exception cref="RpcException">The lease was not granted. The status states when to try again.</exception>
    public static RateLimitLease ThrowIfExceeded(this RateLimitLease lease, int limit, string what, string caller)
    {
        if (lease.IsAcquired)
            return lease;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : TimeSpan.FromSeconds(1);
        lease.Dispose();
        Instruments.LimitedCalls.Add(1, new KeyValuePair<string, object?>("limit", $"{what} of {caller}"));
        throw RefusalStatus.ResourceExhausted($"At most {limit} {what} are taken from one {caller}. Try again a little later.", wait);
    }
}
