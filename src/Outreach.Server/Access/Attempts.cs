using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Slows down whoever guesses at codes and refresh tokens, and records it.</summary>
/// <remarks>
/// A code has fifty bits and lasts seven days at most: at the rates that are let through here, guessing finds none. They are
/// counted on each node for itself. An address that has guessed wrong waits also while very many others do; one that has not
/// is let in, so that an attack from many places keeps nobody out.
/// </remarks>
internal sealed class Attempts(Marks marks, Audit audit, IClock clock)
{
    /// <summary>Wrong ones that an address may have in <see cref="Window"/>.</summary>
    public const int MostOfAddress = 10;

    /// <summary>Wrong ones in all in <see cref="Window"/>, beyond which an address may have one.</summary>
    private const int MostInAll = 1_000;

    private const int MostAddresses = 100_000;

    /// <summary>How long a wrong one counts.</summary>
    public static readonly Duration Window = Duration.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Wrong> wrong = new(StringComparer.Ordinal);
    private readonly Wrong all = new();

    /// <summary>Lets an attempt be made, if its address has not made too many that failed.</summary>
    /// <exception cref="RefusedException">It failed, or it was not let be made.</exception>
    public async Task<T> MakeAsync<T>(ServerCallContext context, Func<Task<T>> attempt)
    {
        var (address, now) = (AddressOf(context), clock.GetCurrentInstant());
        if (wrong.TryGetValue(address.ToString(), out var mine) && mine.WaitFor(now, all.Count(now) >= MostInAll ? 1 : MostOfAddress) is { } wait)
            throw new RefusedException(TooMany(wait));
        try
        {
            return await attempt();
        }
        catch (RefusedException refused) when (refused.Refusal.Kind == RefusalKind.Unproven)
        {
            Count(address, now);
            var mark = await marks.OfAsync(address, context.CancellationToken);
            await audit.RecordAttemptAsync(OrganizationId.First, "", "", context.Method, mark, refused.Refusal.Code);
            throw;
        }
    }

    /// <summary>Records an attempt with what was once a device's.</summary>
    public async Task RecordAsync(ServerCallContext context, Device device, string reason)
    {
        var mark = await marks.OfAsync(AddressOf(context), context.CancellationToken);
        await audit.RecordAttemptAsync(device.Organization, device.Person.Value, device.Id.Value, context.Method, mark, reason);
    }

    private void Count(IPAddress address, Instant now)
    {
        if (wrong.Count >= MostAddresses)
        {
            foreach (var (key, old) in wrong)
            {
                if (old.Count(now) == 0)
                    wrong.TryRemove(key, out _);
            }
        }

        all.Add(now, MostInAll);
        wrong.GetOrAdd(address.ToString(), _ => new Wrong()).Add(now, MostOfAddress);
    }

    private static Refusal TooMany(Duration wait) =>
        Refusal.Limit("TOO_MANY_ATTEMPTS", $"Too many wrong ones came from this address. Wait {Math.Ceiling(wait.TotalSeconds)} seconds.") with { RetryAfter = wait };

    /// <summary>The address that a call came from; of IPv6 its network, since one household has many.</summary>
    private static IPAddress AddressOf(ServerCallContext context)
    {
        var address = context.GetHttpContext().Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>When the last wrong ones were made.</summary>
    private sealed class Wrong
    {
        private readonly Queue<Instant> times = [];

        public int Count(Instant now)
        {
            lock (times)
            {
                Drop(now);
                return times.Count;
            }
        }

        public void Add(Instant now, int most)
        {
            lock (times)
            {
                Drop(now);
                if (times.Count == most)
                    times.Dequeue();
                times.Enqueue(now);
            }
        }

        /// <summary>How long until there are fewer than so many; null where there are.</summary>
        public Duration? WaitFor(Instant now, int most)
        {
            lock (times)
            {
                Drop(now);
                return times.Count < most ? null : times.ElementAt(times.Count - most) + Window - now;
            }
        }

        private void Drop(Instant now)
        {
            while (times.TryPeek(out var first) && first + Window <= now)
                times.Dequeue();
        }
    }
}
