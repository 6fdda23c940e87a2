using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Ledger.V1;
using Outreach.Protocol.Sites.V1;
using static Outreach.Protocol.Access.V1.SessionService;

namespace Outreach.Server.Tests.Access;

/// <summary>Another provider vouches for people, and its groups say what they may do.</summary>
public sealed class OpenIdTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-openid-");
    private readonly RSA key = RSA.Create(2048);
    private WebApplication provider = null!;
    private RunningServer server = null!;
    private GrpcChannel channel = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => provider.Urls.First();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        provider = builder.Build();
        provider.Urls.Add("http://127.0.0.1:0");
        provider.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Address, jwks_uri = $"{Address}/keys" }));
        provider.MapGet("/keys", () =>
        {
            var parts = key.ExportParameters(includePrivateParameters: false);
            var jwk = new { kty = "RSA", use = "sig", kid = "theirs", n = Base64UrlEncoder.Encode(parts.Modulus), e = Base64UrlEncoder.Encode(parts.Exponent) };
            return Results.Json(new { keys = new[] { jwk } });
        });
        await provider.StartAsync(Cancel);
        server = await RunningServer.StartAsync(
            $"--Outreach:DataFolder={folder.FullName}",
            $"--Outreach:OpenId:Authority={Address}",
            "--Outreach:OpenId:Audience=outreach-here",
            "--Outreach:OpenId:Groups:0:Group=leads",
            "--Outreach:OpenId:Groups:0:Role=Administrator",
            "--Outreach:OpenId:Groups:1:Group=van",
            "--Outreach:OpenId:Groups:1:Role=OutreachWorker",
            "--Outreach:OpenId:Groups:1:Sites:0=van-1");
        channel = GrpcChannel.ForAddress(server.Grpc);
        foreach (var site in new[] { "van-1", "van-2" })
            await new SiteService.SiteServiceClient(server.Channel).CreateSiteAsync(new CreateSiteRequest
            {
                Site = new Site { SiteId = site, Name = site, Kind = SiteKind.Van, TimeZone = "America/New_York" },
            });
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await server.DisposeAsync();
        await provider.DisposeAsync();
        key.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task People_may_what_their_groups_allow()
    {
        var (worker, lead) = (World.With(Token("van", "others")), World.With(Token("leads")));

        var sites = await new SiteService.SiteServiceClient(channel).ListSitesAsync(new ListSitesRequest(), worker, cancellationToken: Cancel);
        Assert.Equal(["van-1"], sites.Sites.Select(site => site.SiteId));
        var caller = await new SessionServiceClient(channel).GetCallerAsync(new GetCallerRequest(), worker, cancellationToken: Cancel);
        Assert.Equal(Role.OutreachWorker, Assert.Single(caller.Person.Grants).Role);
        Assert.DoesNotContain("ana@example", caller.Person.PersonId, StringComparison.Ordinal);
        await Refused.AssertAsync(StatusCode.PermissionDenied, "ROLE_MISSING", () => ExportAsync(worker));
        await ExportAsync(lead);
    }

    [Fact]
    public async Task Whoever_is_in_no_group_or_has_a_token_that_is_wrong_is_not_let_in()
    {
        using var stranger = RSA.Create(2048);
        string[] wrong =
        [
            Token("nobody"), Token(), Token(with: asked => asked.Audience = "elsewhere", groups: "van"), Token(with: asked => asked.Issuer = "http://127.0.0.1:1", groups: "van"),
            Token(with: asked => asked.Expires = DateTime.UtcNow.AddMinutes(-1), groups: "van"), Token(with: asked => asked.NotBefore = DateTime.UtcNow.AddMinutes(5), groups: "van"),
            Token(with: asked => asked.IssuedAt = DateTime.UtcNow.AddMinutes(5), groups: "van"), Token(with: asked => asked.Expires = DateTime.UtcNow.AddDays(2), groups: "van"),
            Token(with: asked => asked.SigningCredentials = new SigningCredentials(new RsaSecurityKey(stranger) { KeyId = "theirs" }, SecurityAlgorithms.RsaSha256), groups: "van"),
            Token(with: asked => asked.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(key.ExportSubjectPublicKeyInfo()) { KeyId = "theirs" }, SecurityAlgorithms.HmacSha256), groups: "van"),
            Token(with: asked => asked.SigningCredentials = null, groups: "van"),
        ];

        foreach (var token in wrong)
            await Refused.AssertAsync(
                StatusCode.Unauthenticated,
                "TOKEN_WRONG",
                async () => await new SessionServiceClient(channel).GetCallerAsync(new GetCallerRequest(), World.With(token), cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_stream_ends_when_the_token_does()
    {
        var token = Token(with: asked => asked.Expires = DateTime.UtcNow.AddSeconds(3), groups: "leads");
        using var watch = new Protocol.Reports.V1.OverviewService.OverviewServiceClient(channel).WatchOverview(
            new Protocol.Reports.V1.WatchOverviewRequest(), World.With(token), cancellationToken: Cancel);

        await Refused.AssertAsync(StatusCode.Unauthenticated, "TOKEN_WRONG", async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancel))
            {
            }
        });
    }

    private async Task ExportAsync(Metadata who)
    {
        using var export = new LedgerService.LedgerServiceClient(channel).Export(new ExportRequest(), who, cancellationToken: Cancel);
        while (await export.ResponseStream.MoveNext(Cancel))
        {
        }
    }

    private string Token(params string[] groups) => Token(_ => { }, groups);

    private string Token(Action<SecurityTokenDescriptor> with, params string[] groups)
    {
        var asked = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = "outreach-here",
            IssuedAt = DateTime.UtcNow,
            NotBefore = DateTime.UtcNow,
            Expires = DateTime.UtcNow.AddHours(1),
            Claims = new Dictionary<string, object> { ["sub"] = "ana@example", ["groups"] = groups },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = "theirs" }, SecurityAlgorithms.RsaSha256),
        };
        with(asked);
        return new JsonWebTokenHandler().CreateToken(asked);
    }
}
