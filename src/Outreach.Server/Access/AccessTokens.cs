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
internal sealed record AccessClaims(PersonId Person, EnrolledId Device, Instant ExpiresAt);

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
    public const string Self = "outreach";

    /// <summary>How long a token is good for.</summary>
    public static readonly Duration Lasts = Duration.FromMinutes(10);

    /// <summary>By how much the clocks of nodes may differ.</summary>
    private static readonly Duration Skew = Duration.FromSeconds(30);

    private const string DeviceClaim = "dev";
    private const int MostCharacters = 2_000;
    private const int MostRemembered = 50_000;

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MostCharacters, MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, AccessClaims> proven = new(StringComparer.Ordinal);

    /// <summary>Makes a token for a device.</summary>
    public async Task<(string Token, Instant ExpiresAt)> MakeAsync(Device device, CancellationToken cancel)
    {
        var key = await keys.CurrentAsync(cancel);
        var now = Instant.FromUnixTimeSeconds(clock.GetCurrentInstant().ToUnixTimeSeconds());
        var token = handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Self,
            Audience = Self,
            IssuedAt = now.ToDateTimeUtc(),
            NotBefore = now.ToDateTimeUtc(),
            Expires = (now + Lasts).ToDateTimeUtc(),
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = device.Person.Value, [DeviceClaim] = device.Id.Value },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
        return (token, now + Lasts);
    }

    /// <summary>What a token says; null where it is none of ours, or not of now.</summary>
    public async ValueTask<AccessClaims?> ProveAsync(string token, CancellationToken cancel)
    {
        if (proven.TryGetValue(token, out var known))
        {
            if (clock.GetCurrentInstant() < known.ExpiresAt)
                return known;
            proven.TryRemove(token, out _);
            return null;
        }

        if (await ReadAsync(token, cancel) is not { } claims)
            return null;
        if (proven.Count >= MostRemembered)
            proven.Clear();
        return proven[token] = claims;
    }

    private async Task<AccessClaims?> ReadAsync(string token, CancellationToken cancel)
    {
        if (token.Length > MostCharacters || UnprovenToken.Read(token)?.Kid is not { } name || await keys.FindAsync(name, cancel) is not { } key)
            return null;
        var result = await handler.ValidateTokenAsync(token, Asked(key));
        return result.IsValid && ChosenId.IsValid(Text(result, JwtRegisteredClaimNames.Sub)) && ChosenId.IsValid(Text(result, DeviceClaim))
            ? new AccessClaims(
                new PersonId(Text(result, JwtRegisteredClaimNames.Sub)!),
                new EnrolledId(Text(result, DeviceClaim)!),
                Instant.FromDateTimeUtc(result.SecurityToken.ValidTo))
            : null;
    }

    private static string? Text(TokenValidationResult result, string claim) => result.Claims.TryGetValue(claim, out var value) ? value as string : null;

    private TokenValidationParameters Asked(SecurityKey key) => new()
    {
        RequireSignedTokens = true,
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        ValidateIssuerSigningKey = true,
        ValidIssuer = Self,
        ValidAudience = Self,
        ValidTypes = ["JWT"],
        RequireExpirationTime = true,
        LifetimeValidator = (from, to, token, _) => IsOfNow(from, to, (token as JsonWebToken)?.IssuedAt),
    };

    /// <summary>
    /// Whether a token has begun, was not made in the future, ends, and lasts no longer than any that is made here. One that does
    /// not say when it was made says the default.
    /// </summary>
    private bool IsOfNow(DateTime? from, DateTime? to, DateTime? issued)
    {
        var now = clock.GetCurrentInstant();
        return from is { } begins && to is { } ends && issued is { } made && made != default
            && Moment(begins) <= now + Skew && Moment(made) <= now + Skew
            && now < Moment(ends) && Moment(ends) - Moment(begins) <= Lasts;
    }

    private static Instant Moment(DateTime moment) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
}

/// <summary>What a token says that is proven by nothing yet.</summary>
internal static class UnprovenToken
{
    /// <summary>The token; null where it is none.</summary>
    public static JsonWebToken? Read(string token)
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
