using System.Collections.Concurrent;
using NodaTime;

namespace Outreach.Server.Access;

/// <summary>Caches the contents of valid tokens until they expire, because checking a signature costs more than many calls.</summary>
/// <param name="capacity">The maximum number of tokens.</param>
/// <param name="clock">The clock.</param>
/// <param name="getExpiry">Returns when a token expires.</param>
internal sealed class TokenCache<T>(int capacity, IClock clock, Func<T, Instant> getExpiry)
    where T : class
{
    private readonly ConcurrentDictionary<string, T> validated = new(StringComparer.Ordinal);

    /// <summary>The content of a token; null if it is not valid or has expired.</summary>
    public async ValueTask<T?> GetOrAddAsync(string token, Func<string, CancellationToken, Task<T?>> validate, CancellationToken cancel)
    {
        if (validated.TryGetValue(token, out var cached))
        {
            if (clock.GetCurrentInstant() < getExpiry(cached))
                return cached;
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
