using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Slows down whoever guesses at codes and refresh tokens, and records it.</summary>
/// <remarks>
/// A code has fifty bits and lasts seven days at most: at the rates that are let through here, guessing finds none. They are
/// counted on each node for itself. An address that has guessed wrong waits also while very many others do; one that has not
/// is let in, so that an attack from many places keeps nobody out; only from more than <see cref="MaxAddresses"/> at once it does.
/// </remarks>
internal sealed class FailedAttemptLimiter(SecretHasher marks, AuditLog audit, IClock clock)
{
    /// <summary>Wrong ones that an address may have in <see cref="Window"/>.</summary>
    public const int MaxPerAddress = 10;

    /// <summary>Wrong ones in all in <see cref="Window"/>, beyond which an address may have one, and not each is recorded.</summary>
    private const int MaxTotal = 1_000;

    private const int MaxAddresses = 100_000;

    /// <summary>How long a wrong one counts.</summary>
    public static readonly Duration Window = Duration.FromMinutes(10);

    /// <summary>How often one is recorded while there are very many: a record that grows as fast as others like is of no use.</summary>
    private static readonly Duration AuditInterval = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, FailureWindow> byAddress = new();
    private readonly FailureWindow total = new();
    private readonly FailureWindow overflow = new();
    private readonly Lock gate = new();
    private Instant lastAuditedAt;

    /// <summary>Lets an attempt be made, if its address has not made too many that failed.</summary>
    /// <exception cref="RefusedException">It failed, or it was not let be made.</exception>
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

    /// <summary>Records an attempt with what was once a device's.</summary>
    public async Task AuditAsync(ServerCallContext context, Device device, string reason)
    {
        var mark = await marks.HashAsync(ClientAddress.From(context), context.CancellationToken);
        await audit.RecordAttemptAsync(device.Organization, device.Person.Value, device.Id.Value, context.Method, mark, reason);
    }

    private async Task RecordFailureAsync(ServerCallContext context, IPAddress address, Instant now, string reason)
    {
        Instruments.FailedAttempts.Add(1);
        if (!ShouldAudit(now))
            return;
        var mark = await marks.HashAsync(address, context.CancellationToken);
        await audit.RecordAttemptAsync(OrganizationId.First, "", "", context.Method, mark, reason);
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

    /// <summary>What an address has made; those who come when there are too many addresses share one.</summary>
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

    /// <summary>When the last wrong ones were made, and how many are being made.</summary>
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

        /// <summary>Begins one; how long to wait instead, where all that are being made could be one too many.</summary>
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

        /// <summary>Ends one.</summary>
        /// <returns>How many count or are being made.</returns>
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

        /// <summary>Counts one; at most so many are counted.</summary>
        /// <returns>How many there were before.</returns>
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
