using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Hosting;

namespace Outreach.Server.Access;

/// <summary>Somebody whom another provider vouches for.</summary>
/// <param name="Person">Who, and what the groups allow.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record Vouched(Person Person, Instant ExpiresAt);

/// <summary>
/// Proves tokens of another provider. Its keys are fetched from it, and again when a token names one that is not known.
/// What a person may do is what the groups in the token allow; the person is known here by a mark of what the provider calls them.
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
    private readonly IClock clock;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? provider;
    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MostCharacters, MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, Vouched> proven = new(StringComparer.Ordinal);

    public OpenIdTokens(ServerSettings server, IClock clock)
    {
        (settings, this.clock) = (server.OpenId, clock);
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
        if (!handler.CanReadToken(token))
            return null;
        try
        {
            var result = await handler.ValidateTokenAsync(token, Asked(await from.GetConfigurationAsync(cancel)));
            if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
            {
                from.RequestRefresh();
                result = await handler.ValidateTokenAsync(token, Asked(await from.GetConfigurationAsync(cancel)));
            }

            return result.IsValid ? Read((JsonWebToken)result.SecurityToken) : null;
        }
        catch (InvalidOperationException unreachable)
        {
            throw new Ledger.StoreUnavailableException("The provider that vouches for people cannot be reached.", unreachable);
        }
    }

    private TokenValidationParameters Asked(OpenIdConnectConfiguration provider) => new()
    {
        RequireSignedTokens = true,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = provider.SigningKeys,
        ValidateIssuerSigningKey = true,
        ValidIssuer = provider.Issuer,
        ValidAudience = settings.Audience,
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

    private Vouched? Read(JsonWebToken token)
    {
        var groups = Groups(token);
        var mapped = settings.Groups.Where(group => groups.Contains(group.Group)).ToList();
        if (mapped.Count == 0 || token.Subject is not { Length: > 0 })
            return null;
        var organization = mapped[0].Organization;
        var grants = mapped.Where(group => group.Organization == organization)
            .Select(group => new Grant(group.Role, [.. group.Sites.Order(StringComparer.Ordinal).Select(site => new SiteId(site))]));
        var person = new Person(IdOf(token), new OrganizationId(organization), "Signed in elsewhere", PersonKind.Person, [.. grants]);
        return new Vouched(person, Moment(token.ValidTo));
    }

    private HashSet<string> Groups(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<JsonElement>(settings.GroupsClaim, out var claim))
            return [];
        return claim.ValueKind switch
        {
            JsonValueKind.String => [claim.GetString()!],
            JsonValueKind.Array => [.. claim.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
            _ => [],
        };
    }

    /// <summary>The same for the same person, and nothing of what the provider calls them: that may be a name.</summary>
    private static PersonId IdOf(JsonWebToken token) =>
        new("oidc-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{token.Issuer}\n{token.Subject}")).AsSpan(0, 16)));

    private static Instant Moment(DateTime moment) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
}
