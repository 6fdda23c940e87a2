using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>The content of an access token.</summary>
/// <param name="Person">The caller.</param>
/// <param name="Device">The caller's device.</param>
/// <param name="ExpiresAt">The token is not valid at or after this time.</param>
internal sealed record AccessClaims(PersonId Person, EnrolledDeviceId Device, Instant ExpiresAt);

/// <summary>
/// Creates and validates access tokens: JSON Web Tokens that this program signs with ES256, for itself. A token identifies the caller;
/// what they may do is looked up for each call, so that it can change at once.
/// </summary>
internal sealed class AccessTokens(SigningKeys keys, IClock clock)
{
    /// <summary>The issuer and the audience of the tokens.</summary>
    public const string Issuer = "outreach";

    /// <summary>How long a token is valid.</summary>
    public static readonly Duration Lifetime = Duration.FromMinutes(10);

    /// <summary>The allowed difference between the clocks of servers.</summary>
    private static readonly Duration ClockSkew = Duration.FromSeconds(30);

    private const string DeviceClaim = "dev";
    private const int MaxTokenLength = 2_000;
    private const int MaxCached = 50_000;

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MaxTokenLength, MapInboundClaims = false };
    private readonly TokenCache<AccessClaims> cache = new(MaxCached, clock, claims => claims.ExpiresAt);

    /// <summary>Creates a token for a device.</summary>
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

    /// <summary>The content of a token; null if it is not valid or has expired.</summary>
    public ValueTask<AccessClaims?> ValidateAsync(string token, CancellationToken cancel) => cache.GetOrAddAsync(token, ValidateUncachedAsync, cancel);

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
    /// True if a token is valid now, was not issued in the future, and lasts no longer than those issued here. A token without an
    /// issue time has the default value.
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
