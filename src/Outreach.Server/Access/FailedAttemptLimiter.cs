using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Limits and records failed attempts with enrollment codes and refresh tokens.</summary>
/// <remarks>
/// A code has 50 bits and is valid for at most seven days, so guessing at these rates does not succeed. Each server counts
/// separately. During an attack from many addresses, an address with a failed attempt waits and other addresses are served, so
/// that other people can sign in unless the attack uses more than <see cref="MaxAddresses"/> addresses at once.
/// </remarks>
internal sealed class FailedAttemptLimiter(SecretHasher hasher, AuditLog audit, IClock clock)
{
    /// <summary>The maximum number of failed attempts of one address in <see cref="Window"/>.</summary>
    public const int MaxPerAddress = 10;

    /// <summary>The number of all failed attempts in <see cref="Window"/> from which an address may make only one and not all are recorded.</summary>
    private const int MaxTotal = 1_000;

    private const int MaxAddresses = 100_000;

    /// <summary>How long a failed attempt counts.</summary>
    public static readonly Duration Window = Duration.FromMinutes(10);

    /// <summary>How often an attempt is recorded during an attack, so that attackers cannot fill the audit log.</summary>
    private static readonly Duration AuditInterval = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, FailureWindow> byAddress = new();
    private readonly FailureWindow total = new();
    private readonly FailureWindow overflow = new();
    private readonly Lock gate = new();
    private Instant lastAuditedAt;

    /// <summary>Runs an attempt, unless its address has too many failed ones.</summary>
    /// <exception cref="RefusedException">The attempt failed, or was not allowed.</exception>
    public async Task<T> RunAsync<T>(ServerCallContext context, Func<Task<T>> attempt)
    {
        var (address, now) = (ClientAddress.From(context), clock.GetCurrentInstant());
        var mine = GetWindow(address, now);
        if (mine.TryBegin(now, total.Count(now) >= MaxTotal ? 1 : MaxPerAddress) is { } wait)
            throw new RefusedException(TooManyAttempts(wait));
        var failed = false;
        try
        {
            return await attempt();
        }
        catch (RefusedException refused) when (refused.Refusal.Kind == RefusalKind.Unauthenticated)
        {
            failed = true;
            await RecordFailureAsync(context, address, now, refused.Refusal.Code);
            throw;
        }
        finally
        {
            if (mine.End(now, failed) == 0)
                byAddress.TryRemove(KeyValuePair.Create(address, mine));
        }
    }

    /// <summary>Records an attempt with a token that a device has used before.</summary>
    public async Task AuditAsync(ServerCallContext context, Device device, string reason)
    {
        var addressHash = await hasher.HashAsync(ClientAddress.From(context), context.CancellationToken);
        await audit.RecordAttemptAsync(device.Organization, device.Person.Value, device.Id.Value, context.Method, addressHash, reason);
    }

    private async Task RecordFailureAsync(ServerCallContext context, IPAddress address, Instant now, string reason)
    {
        Instruments.FailedAttempts.Add(1);
        if (!ShouldAudit(now))
            return;
        var addressHash = await hasher.HashAsync(address, context.CancellationToken);
        await audit.RecordAttemptAsync(OrganizationId.First, "", "", context.Method, addressHash, reason);
    }

    private bool ShouldAudit(Instant now)
    {
        lock (gate)
        {
            if (total.Add(now, MaxTotal) == MaxTotal && now - lastAuditedAt < AuditInterval)
                return false;
            lastAuditedAt = now;
            return true;
        }
    }

    /// <summary>The failed attempts of an address. When there are too many addresses, new ones share one window.</summary>
    private FailureWindow GetWindow(IPAddress address, Instant now)
    {
        if (byAddress.TryGetValue(address, out var mine))
            return mine;
        return byAddress.Count < MaxAddresses ? byAddress.GetOrAdd(address, _ => new FailureWindow()) : Sweep(now);
    }

    private FailureWindow Sweep(Instant now)
    {
        lock (gate)
        {
            if (overflow.Count(now) > 0)
                return overflow;
            foreach (var old in byAddress.Where(old => old.Value.Count(now) == 0))
                byAddress.TryRemove(old);
            return overflow;
        }
    }

    private static Refusal TooManyAttempts(Duration wait) =>
        Refusal.LimitExceeded("TOO_MANY_ATTEMPTS", $"Too many attempts came from this address. Wait {Math.Ceiling(wait.TotalSeconds)} seconds.") with { RetryAfter = wait };

    /// <summary>The times of recent failed attempts, and the number of running attempts.</summary>
    private sealed class FailureWindow
    {
        private static readonly Duration RetryDelay = Duration.FromSeconds(1);

        private readonly Queue<Instant> times = [];
        private int pending;

        public int Count(Instant now)
        {
            lock (times)
            {
                RemoveExpired(now);
                return times.Count;
            }
        }

        /// <summary>Begins an attempt, or returns how long to wait if the running ones could reach the limit.</summary>
        public Duration? TryBegin(Instant now, int limit)
        {
            lock (times)
            {
                RemoveExpired(now);
                if (times.Count >= limit)
                    return times.ElementAt(times.Count - limit) + Window - now;
                if (times.Count + pending >= limit)
                    return RetryDelay;
                pending++;
                return null;
            }
        }

        /// <returns>The number of failed attempts that count and of running ones.</returns>
        public int End(Instant now, bool failed)
        {
            lock (times)
            {
                pending--;
                if (failed)
                    times.Enqueue(now);
                return times.Count + pending;
            }
        }

        /// <summary>Counts a failed attempt, up to a limit.</summary>
        /// <returns>The number before.</returns>
        public int Add(Instant now, int limit)
        {
            lock (times)
            {
                RemoveExpired(now);
                var before = times.Count;
                if (before == limit)
                    times.Dequeue();
                times.Enqueue(now);
                return before;
            }
        }

        private void RemoveExpired(Instant now)
        {
            while (times.TryPeek(out var first) && first + Window <= now)
                times.Dequeue();
        }
    }
}
