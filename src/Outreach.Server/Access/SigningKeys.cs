using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using NodaTime;

namespace Outreach.Server.Access;

/// <summary>The keys for signing access tokens: one for every period of thirty days, shared by all nodes.</summary>
/// <remarks>
/// A key's name contains its period, so that nodes that create a key at the same moment use the same name, and the first one
/// stored is used by all. A token is accepted if its key is of the current or the previous period, which is far longer than
/// the lifetime of any token; older keys are deleted.
/// </remarks>
internal sealed class SigningKeys(SecretStore secrets, IClock clock)
{
    private const int DaysPerKey = 30;
    private const string Prefix = "es256-";

    /// <summary>How long a missing key is not looked up again, so that invented tokens cannot keep the store busy.</summary>
    private static readonly Duration MissingKeyTimeout = Duration.FromSeconds(1);

    private readonly ConcurrentDictionary<long, ECDsaSecurityKey> cache = new();
    private readonly ConcurrentDictionary<long, Instant> missingSince = new();

    /// <summary>The key to sign with now.</summary>
    /// <exception cref="Ledger.StoreUnavailableException">The store cannot be reached.</exception>
    public async ValueTask<ECDsaSecurityKey> GetCurrentAsync(CancellationToken cancel)
    {
        var period = GetPeriod();
        if (cache.TryGetValue(period, out var cached))
            return cached;
        var retires = Instant.FromUnixTimeSeconds(0) + Duration.FromDays((period + 2) * DaysPerKey);
        var key = ImportKey(period, await secrets.GetOrAddAsync(GetName(period), CreateKey, retires, cancel));
        await secrets.DeleteExpiredAsync(clock.GetCurrentInstant(), cancel);
        foreach (var old in cache.Keys.Where(old => old < period - 1))
            cache.TryRemove(old, out _);
        return cache.GetOrAdd(period, key);
    }

    /// <summary>The key with the name in a token; null if keys of that name are not accepted now.</summary>
    /// <exception cref="Ledger.StoreUnavailableException">The store cannot be reached.</exception>
    public async ValueTask<ECDsaSecurityKey?> FindAsync(string? name, CancellationToken cancel)
    {
        var now = GetPeriod();
        // Another node's clock may be a little ahead, at the turn of the thirty days.
        for (var period = now + 1; period >= now - 1; period--)
        {
            if (name != GetName(period))
                continue;
            if (cache.TryGetValue(period, out var cached))
                return cached;
            return await LoadAsync(period, cancel);
        }

        return null;
    }

    private async Task<ECDsaSecurityKey?> LoadAsync(long period, CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant();
        if (missingSince.TryGetValue(period, out var last) && now - last < MissingKeyTimeout && now >= last)
            return null;
        if (await secrets.FindAsync(GetName(period), cancel) is { } found)
            return cache.GetOrAdd(period, ImportKey(period, found));
        missingSince[period] = now;
        return null;
    }

    private static string GetName(long period) => Prefix + period.ToString(CultureInfo.InvariantCulture);

    private static byte[] CreateKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    private static ECDsaSecurityKey ImportKey(long period, byte[] secret)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(secret, out _);
        return new ECDsaSecurityKey(key) { KeyId = GetName(period) };
    }

    private long GetPeriod() => clock.GetCurrentInstant().ToUnixTimeSeconds() / (DaysPerKey * NodaConstants.SecondsPerDay);
}
