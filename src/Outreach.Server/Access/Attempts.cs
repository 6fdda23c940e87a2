using System.Collections.Concurrent;
using System.Net;
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
/// is let in, so that an attack from many places keeps nobody out; only from more than <see cref="MostAddresses"/> at once it does.
/// </remarks>
internal sealed class Attempts(Marks marks, Audit audit, IClock clock)
{
    /// <summary>Wrong ones that an address may have in <see cref="Window"/>.</summary>
    public const int MostOfAddress = 10;

    /// <summary>Wrong ones in all in <see cref="Window"/>, beyond which an address may have one, and not each is recorded.</summary>
    private const int MostInAll = 1_000;

    private const int MostAddresses = 100_000;

    /// <summary>How long a wrong one counts.</summary>
    public static readonly Duration Window = Duration.FromMinutes(10);

    /// <summary>How often one is recorded while there are very many: a record that grows as fast as others like is of no use.</summary>
    private static readonly Duration RecordedEvery = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Wrong> wrong = new();
    private readonly Wrong all = new();
    private readonly Wrong strangers = new();
    private readonly Lock gate = new();
    private Instant recorded;

    /// <summary>Lets an attempt be made, if its address has not made too many that failed.</summary>
    /// <exception cref="RefusedException">It failed, or it was not let be made.</exception>
    public async Task<T> MakeAsync<T>(ServerCallContext context, Func<Task<T>> attempt)
    {
        var (address, now) = (CallAddress.Of(context), clock.GetCurrentInstant());
        var mine = Of(address, now);
        if (mine.Enter(now, all.Count(now) >= MostInAll ? 1 : MostOfAddress) is { } wait)
            throw new RefusedException(TooMany(wait));
        var failed = false;
        try
        {
            return await attempt();
        }
        catch (RefusedException refused) when (refused.Refusal.Kind == RefusalKind.Unproven)
        {
            failed = true;
            await FailAsync(context, address, now, refused.Refusal.Code);
            throw;
        }
        finally
        {
            if (mine.Leave(now, failed) == 0)
                wrong.TryRemove(KeyValuePair.Create(address, mine));
        }
    }

    /// <summary>Records an attempt with what was once a device's.</summary>
    public async Task RecordAsync(ServerCallContext context, Device device, string reason)
    {
        var mark = await marks.OfAsync(CallAddress.Of(context), context.CancellationToken);
        await audit.RecordAttemptAsync(device.Organization, device.Person.Value, device.Id.Value, context.Method, mark, reason);
    }

    private async Task FailAsync(ServerCallContext context, IPAddress address, Instant now, string reason)
    {
        Instruments.WrongAttempts.Add(1);
        if (!IsRecorded(now))
            return;
        var mark = await marks.OfAsync(address, context.CancellationToken);
        await audit.RecordAttemptAsync(OrganizationId.First, "", "", context.Method, mark, reason);
    }

    private bool IsRecorded(Instant now)
    {
        lock (gate)
        {
            if (all.Add(now, MostInAll) == MostInAll && now - recorded < RecordedEvery)
                return false;
            recorded = now;
            return true;
        }
    }

    /// <summary>What an address has made; those who come when there are too many addresses share one.</summary>
    private Wrong Of(IPAddress address, Instant now)
    {
        if (wrong.TryGetValue(address, out var mine))
            return mine;
        return wrong.Count < MostAddresses ? wrong.GetOrAdd(address, _ => new Wrong()) : Sweep(now);
    }

    private Wrong Sweep(Instant now)
    {
        lock (gate)
        {
            if (strangers.Count(now) > 0)
                return strangers;
            foreach (var old in wrong.Where(old => old.Value.Count(now) == 0))
                wrong.TryRemove(old);
            return strangers;
        }
    }

    private static Refusal TooMany(Duration wait) =>
        Refusal.Limit("TOO_MANY_ATTEMPTS", $"Too many attempts came from this address. Wait {Math.Ceiling(wait.TotalSeconds)} seconds.") with { RetryAfter = wait };

    /// <summary>When the last wrong ones were made, and how many are being made.</summary>
    private sealed class Wrong
    {
        private static readonly Duration BeforeTryingAgain = Duration.FromSeconds(1);

        private readonly Queue<Instant> times = [];
        private int inside;

        public int Count(Instant now)
        {
            lock (times)
            {
                Drop(now);
                return times.Count;
            }
        }

        /// <summary>Begins one; how long to wait instead, where all that are being made could be one too many.</summary>
        public Duration? Enter(Instant now, int most)
        {
            lock (times)
            {
                Drop(now);
                if (times.Count >= most)
                    return times.ElementAt(times.Count - most) + Window - now;
                if (times.Count + inside >= most)
                    return BeforeTryingAgain;
                inside++;
                return null;
            }
        }

        /// <summary>Ends one.</summary>
        /// <returns>How many count or are being made.</returns>
        public int Leave(Instant now, bool failed)
        {
            lock (times)
            {
                inside--;
                if (failed)
                    times.Enqueue(now);
                return times.Count + inside;
            }
        }

        /// <summary>Counts one; at most so many are counted.</summary>
        /// <returns>How many there were before.</returns>
        public int Add(Instant now, int most)
        {
            lock (times)
            {
                Drop(now);
                var before = times.Count;
                if (before == most)
                    times.Dequeue();
                times.Enqueue(now);
                return before;
            }
        }

        private void Drop(Instant now)
        {
            while (times.TryPeek(out var first) && first + Window <= now)
                times.Dequeue();
        }
    }
}
