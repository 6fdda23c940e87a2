using System.Net;

namespace Outreach.Server.Rpc.Messages;

/// <summary>
/// Limits how much of requests is in memory at once: of one device, of one address and in all. A part of the memory that the
/// process may use, so that a small machine takes less.
/// </summary>
internal sealed class InFlightByteLimiter
{
    /// <summary>The largest message, in bytes.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>The most that one device may have in memory, in bytes: two of the largest messages, or more on a large machine.</summary>
    private readonly long perDevice;

    private readonly long perAddress;
    private readonly long inAll;
    private readonly Lock gate = new();
    private readonly Dictionary<object, long> held = [];
    private long total;

    public InFlightByteLimiter()
        : this(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
    {
    }

    /// <param name="memory">How much memory the process may use, in bytes.</param>
    public InFlightByteLimiter(long memory)
    {
        perDevice = Math.Max(2 * MaxMessageBytes, memory / 256);
        perAddress = Math.Max(4 * MaxMessageBytes, memory / 64);
        inAll = Math.Max(8 * MaxMessageBytes, memory / 16);
    }

    /// <summary>Counts the bytes of one call.</summary>
    /// <param name="device">The device or person who calls; null for an anonymous caller.</param>
    public Lease Open(string? device, IPAddress address) => new(this, device, address);

    private void Add(string? device, IPAddress address, long bytes)
    {
        lock (gate)
        {
            if (total + bytes > inAll || IsOver(address, bytes, perAddress) || (device is not null && IsOver(device, bytes, perDevice)))
                throw Exceeded();
            Change(device, address, bytes);
        }
    }

    private void Remove(string? device, IPAddress address, long bytes)
    {
        lock (gate)
            Change(device, address, -bytes);
    }

    private bool IsOver(object key, long bytes, long limit) => held.GetValueOrDefault(key) + bytes > limit;

    private void Change(string? device, IPAddress address, long bytes)
    {
        total += bytes;
        Change(address, bytes);
        if (device is not null)
            Change(device, bytes);
    }

    private void Change(object key, long bytes)
    {
        if (held.GetValueOrDefault(key) + bytes is var left and not 0)
            held[key] = left;
        else
            held.Remove(key);
    }

    private static Exception Exceeded()
    {
        Instruments.LimitedCalls.Add(1, new KeyValuePair<string, object?>("limit", "bytes in flight"));
        return RefusalStatus.ResourceExhausted("Too much was sent at once. Send less, or try again in a moment.", TimeSpan.FromSeconds(1));
    }

    /// <summary>What one call holds; nothing once it is disposed.</summary>
    internal sealed class Lease(InFlightByteLimiter owner, string? device, IPAddress address) : IDisposable
    {
        private long bytes;

        /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: it would be too much. The lease keeps what it had.</exception>
        public void Set(long now)
        {
            if (now > bytes)
                owner.Add(device, address, now - bytes);
            else if (now < bytes)
                owner.Remove(device, address, bytes - now);
            bytes = now;
        }

        public void Dispose() => Set(0);
    }
}
