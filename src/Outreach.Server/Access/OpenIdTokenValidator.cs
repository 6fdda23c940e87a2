using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>Somebody whom another provider vouches for.</summary>
/// <param name="Person">Who, and what the groups allow.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record ExternalIdentity(Person Person, Instant ExpiresAt);

/// <summary>
/// Proves tokens of another provider. Its keys are fetched from it, and again when a token names one that is not known.
/// What a person may do is what the groups in the token allow.
/// </summary>
internal sealed class OpenIdTokenValidator
{
    /// <summary>Signatures that only the provider can make: none with a shared secret, and not none.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    private static readonly Duration ClockSkew = Duration.FromSeconds(30);

    /// <summary>The longest that a token may last, whatever its provider says: what it says cannot be taken back here.</summary>
    private static readonly Duration MaxLifetime = Duration.FromHours(24);

    private const int MaxTokenLength = 16_000;
    private const int MaxCached = 10_000;

    private readonly OpenIdSettings settings;
    private readonly OpenIdPersonMapper people;
    private readonly IClock clock;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? provider;
    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MaxTokenLength, MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, ExternalIdentity> validated = new(StringComparer.Ordinal);

    public OpenIdTokenValidator(OpenIdSettings settings, OpenIdPersonMapper people, IClock clock)
    {
        (this.settings, this.people, this.clock) = (settings, people, clock);
        if (settings.IsSet)
        {
            provider = new ConfigurationManager<OpenIdConnectConfiguration>(
                $"{settings.Authority.TrimEnd('/')}/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = settings.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase) });
        }
    }

    /// <summary>Whom a token vouches for; null where it is none of the provider's, not of now, or of nobody who has a role here.</summary>
    public async ValueTask<ExternalIdentity?> ValidateAsync(string token, CancellationToken cancel)
    {
        if (provider is null || token.Length > MaxTokenLength)
            return null;
        if (validated.TryGetValue(token, out var known))
        {
            if (clock.GetCurrentInstant() < known.ExpiresAt)
                return known;
            validated.TryRemove(token, out _);
            return null;
        }

        if (await ValidateUncachedAsync(provider, token, cancel) is not { } vouched)
            return null;
        if (validated.Count >= MaxCached)
            validated.Clear();
        return validated[token] = vouched;
    }

    private async Task<ExternalIdentity?> ValidateUncachedAsync(ConfigurationManager<OpenIdConnectConfiguration> from, string token, CancellationToken cancel)
    {
        // The provider is not asked about what cannot be its own: where it is away, our own tokens that have ended are still just wrong.
        if (UnvalidatedToken.Parse(token) is not { } unproven || unproven.Issuer == AccessTokens.Issuer)
            return null;
        var result = await ValidateSignedAsync(from, token, cancel);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            from.RequestRefresh();
            result = await ValidateSignedAsync(from, token, cancel);
        }

        return result.IsValid && await people.MapAsync((JsonWebToken)result.SecurityToken, cancel) is { } person
            ? new ExternalIdentity(person, ToInstant(result.SecurityToken.ValidTo))
            : null;
    }

    private async Task<TokenValidationResult> ValidateSignedAsync(ConfigurationManager<OpenIdConnectConfiguration> from, string token, CancellationToken cancel)
    {
        try
        {
            var known = await from.GetConfigurationAsync(cancel);
            var asked = CreateValidationParameters(settings.Audience);
            (asked.ValidIssuer, asked.IssuerSigningKeys) = (known.Issuer, known.SigningKeys);
            return await handler.ValidateTokenAsync(token, asked);
        }
        catch (InvalidOperationException unreachable)
        {
            throw new Ledger.StoreUnavailableException("The provider that vouches for people cannot be reached.", unreachable);
        }
    }

    /// <summary>What a token of the provider must be like, besides issued and signed by it.</summary>
    /// <param name="audience">Whom it must be for.</param>
    public TokenValidationParameters CreateValidationParameters(string audience) => new()
    {
        RequireSignedTokens = true,
        ValidAlgorithms = Algorithms,
        ValidateIssuerSigningKey = true,
        ValidAudience = audience,
        RequireExpirationTime = true,
        LifetimeValidator = (from, to, token, _) => IsWithinLifetime(from, to, ((JsonWebToken)token).IssuedAt),
    };

    private bool IsWithinLifetime(DateTime? from, DateTime? to, DateTime issued)
    {
        var now = clock.GetCurrentInstant();
        return (from is not { } begins || ToInstant(begins) <= now + ClockSkew)
            && to is { } ends && now < ToInstant(ends)
            && issued != default && ToInstant(issued) <= now + ClockSkew && ToInstant(ends) - ToInstant(issued) <= MaxLifetime;
    }

    private static Instant ToInstant(DateTime moment) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
}
