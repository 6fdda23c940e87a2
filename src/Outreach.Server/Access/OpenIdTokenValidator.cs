using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using NodaTime;

namespace Outreach.Server.Access;

/// <summary>Validates tokens of the OpenID Connect provider. Its keys are fetched from it, and again when a token has an unknown key id.</summary>
internal sealed class OpenIdTokenValidator
{
    /// <summary>Signature algorithms that only the provider can use: none with a shared secret, and no unsigned tokens.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    private static readonly Duration ClockSkew = Duration.FromSeconds(30);

    /// <summary>The longest lifetime of a token, because it cannot be revoked here.</summary>
    private static readonly Duration MaxLifetime = Duration.FromHours(24);

    private const int MaxTokenLength = 16_000;
    private const int MaxCached = 10_000;

    private readonly OpenIdSettings settings;
    private readonly OpenIdPersonMapper people;
    private readonly IClock clock;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? provider;
    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MaxTokenLength, MapInboundClaims = false };
    private readonly TokenCache<ExternalIdentity> cache;

    public OpenIdTokenValidator(OpenIdSettings settings, OpenIdPersonMapper people, IClock clock)
    {
        (this.settings, this.people, this.clock) = (settings, people, clock);
        cache = new TokenCache<ExternalIdentity>(MaxCached, clock, identity => identity.ExpiresAt);
        if (settings.IsSet)
        {
            provider = new ConfigurationManager<OpenIdConnectConfiguration>(
                $"{settings.Authority.TrimEnd('/')}/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = settings.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase) });
        }
    }

    /// <summary>The person of a token; null if it is not a valid token of the provider, or if the person has no role here.</summary>
    public ValueTask<ExternalIdentity?> ValidateAsync(string token, CancellationToken cancel) =>
        provider is null || token.Length > MaxTokenLength
            ? ValueTask.FromResult<ExternalIdentity?>(null)
            : cache.GetOrAddAsync(token, (text, cancelled) => ValidateUncachedAsync(provider, text, cancelled), cancel);

    private async Task<ExternalIdentity?> ValidateUncachedAsync(ConfigurationManager<OpenIdConnectConfiguration> from, string token, CancellationToken cancel)
    {
        // Our own tokens are not checked with the provider, so that a caller with an expired token gets that answer even if the provider cannot be reached.
        if (UnvalidatedToken.Parse(token) is not { } unvalidated || unvalidated.Issuer == AccessTokens.Issuer)
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
            var configuration = await from.GetConfigurationAsync(cancel);
            var parameters = CreateValidationParameters(settings.Audience);
            (parameters.ValidIssuer, parameters.IssuerSigningKeys) = (configuration.Issuer, configuration.SigningKeys);
            return await handler.ValidateTokenAsync(token, parameters);
        }
        catch (InvalidOperationException unreachable)
        {
            throw new Ledger.StoreUnavailableException("The OpenID Connect provider cannot be reached.", unreachable);
        }
    }

    /// <summary>The validation parameters for the provider's tokens, without issuer and keys.</summary>
    /// <param name="audience">The audience that a token must have.</param>
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
