using System.Collections.Concurrent;
using NodaTime;

namespace Outreach.Server.Access;

/// <summary>Remembers what valid tokens say until they expire, because checking a signature costs more than many a call.</summary>
/// <param name="capacity">The most tokens to remember.</param>
/// <param name="clock">The clock.</param>
/// <param name="getExpiry">When a token expires.</param>
internal sealed class TokenCache<T>(int capacity, IClock clock, Func<T, Instant> getExpiry)
    where T : class
{
    private readonly ConcurrentDictionary<string, T> validated = new(StringComparer.Ordinal);

    /// <summary>What a token says; null where it is not valid or has expired.</summary>
    public async ValueTask<T?> GetOrAddAsync(string token, Func<string, CancellationToken, Task<T?>> validate, CancellationToken cancel)
    {
        if (validated.TryGetValue(token, out var known))
        {
            if (clock.GetCurrentInstant() < getExpiry(known))
                return known;
            validated.TryRemove(token, out _);
            return null;
        }

        if (await validate(token, cancel) is not { } claims)
            return null;
        if (validated.Count >= capacity)
            validated.Clear();
        return validated[token] = claims;
    }
}
