using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Outreach.Server.Tests.Access;

/// <summary>Another provider that vouches for people: it makes tokens, and signs in whoever comes without asking.</summary>
internal sealed class FakeIdentityProvider : IAsyncDisposable
{
    public const string Audience = "outreach-here", ClientId = "dashboard", ClientSecret = "between us";

    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, IQueryCollection> codes = new();
    private readonly WebApplication app;

    private FakeIdentityProvider(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    /// <summary>The groups of whoever signs in.</summary>
    public string[] Groups { get; set; } = [];

    /// <summary>What is wrong with the tokens of whoever signs in.</summary>
    public Action<SecurityTokenDescriptor> ChangeToken { get; set; } = _ => { };

    public static async Task<FakeIdentityProvider> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var provider = new FakeIdentityProvider(builder.Build());
        provider.app.Urls.Add("http://127.0.0.1:0");
        provider.MapEndpoints();
        await provider.app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    public static SigningCredentials CredentialsFrom(RSA by) => new(new RsaSecurityKey(by) { KeyId = "theirs" }, SecurityAlgorithms.RsaSha256);

    /// <summary>A secret that everybody knows, taken for a key.</summary>
    public SigningCredentials CredentialsFromPublicKey() =>
        new(new SymmetricSecurityKey(key.ExportSubjectPublicKeyInfo()) { KeyId = "theirs" }, SecurityAlgorithms.HmacSha256);

    public string CreateToken(Action<SecurityTokenDescriptor> with, params string[] groups)
    {
        var asked = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            IssuedAt = DateTime.UtcNow,
            NotBefore = DateTime.UtcNow,
            Expires = DateTime.UtcNow.AddHours(1),
            Claims = new Dictionary<string, object> { ["sub"] = "ana@example", ["groups"] = groups },
            SigningCredentials = CredentialsFrom(key),
        };
        with(asked);
        return new JsonWebTokenHandler().CreateToken(asked);
    }

    private void MapEndpoints()
    {
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address,
            jwks_uri = $"{Address}/keys",
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
        }));
        app.MapGet("/keys", () =>
        {
            var parts = key.ExportParameters(includePrivateParameters: false);
            var jwk = new { kty = "RSA", use = "sig", kid = "theirs", n = Base64UrlEncoder.Encode(parts.Modulus), e = Base64UrlEncoder.Encode(parts.Exponent) };
            return Results.Json(new { keys = new[] { jwk } });
        });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            var code = Guid.NewGuid().ToString();
            codes[code] = request.Query;
            return Results.Redirect($"{request.Query["redirect_uri"]}?code={code}&state={request.Query["state"]}");
        });
        app.MapPost("/token", async (HttpRequest request) => Redeem(await request.ReadFormAsync()));
    }

    /// <summary>A token for a code that was not redeemed before, by whoever began and knows the client's secret.</summary>
    private IResult Redeem(IFormCollection form)
    {
        if (!codes.TryRemove(form["code"].ToString(), out var asked)
            || form["client_id"] != ClientId || form["client_secret"] != ClientSecret || form["redirect_uri"] != asked["redirect_uri"]
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked["code_challenge"])
            return Results.Json(new { error = "invalid_grant", error_description = "ana@example may not" }, statusCode: StatusCodes.Status400BadRequest);
        var token = CreateToken(
            with =>
            {
                (with.Audience, with.Claims["nonce"]) = (ClientId, asked["nonce"].ToString());
                ChangeToken(with);
            },
            Groups);
        return Results.Json(new { id_token = token, access_token = "opaque", token_type = "Bearer" });
    }
}
