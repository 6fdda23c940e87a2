using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Server.Hosting;

namespace Outreach.Server.Access;

/// <summary>Somebody whom another provider vouches for.</summary>
/// <param name="Person">Who, and what the groups allow.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record Vouched(Person Person, Instant ExpiresAt);

/// <summary>
/// Proves tokens of another provider. Its keys are fetched from it, and again when a token names one that is not known.
/// What a person may do is what the groups in the token allow.
/// </summary>
internal sealed class OpenIdTokens
{
    /// <summary>Signatures that only the provider can make: none with a shared secret, and not none.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    private static readonly Duration Skew = Duration.FromSeconds(30);

    /// <summary>The longest that a token may last, whatever its provider says: what it says cannot be taken back here.</summary>
    private static readonly Duration Longest = Duration.FromHours(24);

    private const int MostCharacters = 16_000;
    private const int MostRemembered = 10_000;

    private readonly OpenIdSettings settings;
    private readonly OpenIdPeople people;
    private readonly IClock clock;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? provider;
    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MostCharacters, MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, Vouched> proven = new(StringComparer.Ordinal);

    public OpenIdTokens(ServerSettings server, OpenIdPeople people, IClock clock)
    {
        (settings, this.people, this.clock) = (server.OpenId, people, clock);
        if (settings.IsSet)
        {
            provider = new ConfigurationManager<OpenIdConnectConfiguration>(
                $"{settings.Authority.TrimEnd('/')}/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = settings.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase) });
        }
    }

    /// <summary>Whom a token vouches for; null where it is none of the provider's, not of now, or of nobody who has a role here.</summary>
    public async ValueTask<Vouched?> ProveAsync(string token, CancellationToken cancel)
    {
        if (provider is null || token.Length > MostCharacters)
            return null;
        if (proven.TryGetValue(token, out var known))
        {
            if (clock.GetCurrentInstant() < known.ExpiresAt)
                return known;
            proven.TryRemove(token, out _);
            return null;
        }

        if (await ReadAsync(provider, token, cancel) is not { } vouched)
            return null;
        if (proven.Count >= MostRemembered)
            proven.Clear();
        return proven[token] = vouched;
    }

    private async Task<Vouched?> ReadAsync(ConfigurationManager<OpenIdConnectConfiguration> from, string token, CancellationToken cancel)
    {
        // The provider is not asked about what cannot be its own: where it is away, our own tokens that have ended are still just wrong.
        if (UnprovenToken.Read(token) is not { } unproven || unproven.Issuer == AccessTokens.Self)
            return null;
        var result = await ValidateAsync(from, token, cancel);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            from.RequestRefresh();
            result = await ValidateAsync(from, token, cancel);
        }

        return result.IsValid && await people.OfAsync((JsonWebToken)result.SecurityToken, cancel) is { } person
            ? new Vouched(person, Moment(result.SecurityToken.ValidTo))
            : null;
    }

    private async Task<TokenValidationResult> ValidateAsync(ConfigurationManager<OpenIdConnectConfiguration> from, string token, CancellationToken cancel)
    {
        try
        {
            var known = await from.GetConfigurationAsync(cancel);
            var asked = Asked(settings.Audience);
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
    public TokenValidationParameters Asked(string audience) => new()
    {
        RequireSignedTokens = true,
        ValidAlgorithms = Algorithms,
        ValidateIssuerSigningKey = true,
        ValidAudience = audience,
        RequireExpirationTime = true,
        LifetimeValidator = (from, to, token, _) => IsOfNow(from, to, ((JsonWebToken)token).IssuedAt),
    };

    private bool IsOfNow(DateTime? from, DateTime? to, DateTime issued)
    {
        var now = clock.GetCurrentInstant();
        return (from is not { } begins || Moment(begins) <= now + Skew)
            && to is { } ends && now < Moment(ends)
            && issued != default && Moment(issued) <= now + Skew && Moment(ends) - Moment(issued) <= Longest;
    }

    private static Instant Moment(DateTime moment) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
}
