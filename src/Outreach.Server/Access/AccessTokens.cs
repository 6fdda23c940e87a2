using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>What an access token says.</summary>
/// <param name="Person">Who.</param>
/// <param name="Device">From which device.</param>
/// <param name="ExpiresAt">From when on it is worth nothing.</param>
internal sealed record AccessClaims(PersonId Person, EnrolledDeviceId Device, Instant ExpiresAt);

/// <summary>
/// Makes and proves access tokens: JSON Web Tokens that this installation signed with ES256, for itself. What a person may
/// do is not in them: it is looked up for each call, so that it can change at once.
/// </summary>
/// <remarks>
/// To prove a signature costs more than many a call. So a token that was proven is remembered until it ends; whether its device
/// and person still may come in is asked each time all the same.
/// </remarks>
internal sealed class AccessTokens(SigningKeys keys, IClock clock)
{
    /// <summary>Who issues them, and whom they are for.</summary>
    public const string Issuer = "outreach";

    /// <summary>How long a token is good for.</summary>
    public static readonly Duration Lifetime = Duration.FromMinutes(10);

    /// <summary>By how much the clocks of nodes may differ.</summary>
    private static readonly Duration ClockSkew = Duration.FromSeconds(30);

    private const string DeviceClaim = "dev";
    private const int MaxTokenLength = 2_000;
    private const int MaxCached = 50_000;

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MaxTokenLength, MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, AccessClaims> validated = new(StringComparer.Ordinal);

    /// <summary>Makes a token for a device.</summary>
    public async Task<(string Token, Instant ExpiresAt)> CreateAsync(Device device, CancellationToken cancel)
    {
        var key = await keys.GetCurrentAsync(cancel);
        var now = Instant.FromUnixTimeSeconds(clock.GetCurrentInstant().ToUnixTimeSeconds());
        var token = handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            IssuedAt = now.ToDateTimeUtc(),
            NotBefore = now.ToDateTimeUtc(),
            Expires = (now + Lifetime).ToDateTimeUtc(),
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = device.Person.Value, [DeviceClaim] = device.Id.Value },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
        return (token, now + Lifetime);
    }

    /// <summary>What a token says; null where it is none of ours, or not of now.</summary>
    public async ValueTask<AccessClaims?> ValidateAsync(string token, CancellationToken cancel)
    {
        if (validated.TryGetValue(token, out var known))
        {
            if (clock.GetCurrentInstant() < known.ExpiresAt)
                return known;
            validated.TryRemove(token, out _);
            return null;
        }

        if (await ValidateUncachedAsync(token, cancel) is not { } claims)
            return null;
        if (validated.Count >= MaxCached)
            validated.Clear();
        return validated[token] = claims;
    }

    private async Task<AccessClaims?> ValidateUncachedAsync(string token, CancellationToken cancel)
    {
        if (token.Length > MaxTokenLength || UnvalidatedToken.Parse(token)?.Kid is not { } name || await keys.FindAsync(name, cancel) is not { } key)
            return null;
        var result = await handler.ValidateTokenAsync(token, CreateValidationParameters(key));
        return result.IsValid && Slug.IsValid(GetClaim(result, JwtRegisteredClaimNames.Sub)) && Slug.IsValid(GetClaim(result, DeviceClaim))
            ? new AccessClaims(
                new PersonId(GetClaim(result, JwtRegisteredClaimNames.Sub)!),
                new EnrolledDeviceId(GetClaim(result, DeviceClaim)!),
                Instant.FromDateTimeUtc(result.SecurityToken.ValidTo))
            : null;
    }

    private static string? GetClaim(TokenValidationResult result, string claim) => result.Claims.TryGetValue(claim, out var value) ? value as string : null;

    private TokenValidationParameters CreateValidationParameters(SecurityKey key) => new()
    {
        RequireSignedTokens = true,
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        ValidateIssuerSigningKey = true,
        ValidIssuer = Issuer,
        ValidAudience = Issuer,
        ValidTypes = ["JWT"],
        RequireExpirationTime = true,
        LifetimeValidator = (from, to, token, _) => IsWithinLifetime(from, to, (token as JsonWebToken)?.IssuedAt),
    };

    /// <summary>
    /// Whether a token has begun, was not made in the future, ends, and lasts no longer than any that is made here. One that does
    /// not say when it was made says the default.
    /// </summary>
    private bool IsWithinLifetime(DateTime? from, DateTime? to, DateTime? issued)
    {
        var now = clock.GetCurrentInstant();
        return from is { } begins && to is { } ends && issued is { } made && made != default
            && ToInstant(begins) <= now + ClockSkew && ToInstant(made) <= now + ClockSkew
            && now < ToInstant(ends) && ToInstant(ends) - ToInstant(begins) <= Lifetime;
    }

    private static Instant ToInstant(DateTime moment) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
}

/// <summary>What a token says that is proven by nothing yet.</summary>
internal static class UnvalidatedToken
{
    /// <summary>The token; null where it is none.</summary>
    public static JsonWebToken? Parse(string token)
    {
        try
        {
            return new JsonWebToken(token);
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException or FormatException or JsonException)
        {
            return null;
        }
    }
}
