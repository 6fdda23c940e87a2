using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Server.Access;
using static Outreach.Protocol.Access.V1.SessionService;
using PeopleService = Outreach.Protocol.Access.V1.PeopleService;

namespace Outreach.Server.Tests.Access;

/// <summary>Another provider vouches for people, and its groups say what they may do.</summary>
public sealed class OpenIdTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-openid-");
    private FakeIdentityProvider provider = null!;
    private RunningServer server = null!;
    private GrpcChannel channel = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeIdentityProvider.StartAsync();
        server = await RunningServer.StartAsync(
            $"--Outreach:DataFolder={folder.FullName}",
            $"--Outreach:OpenId:Authority={provider.Address}",
            $"--Outreach:OpenId:Audience={FakeIdentityProvider.Audience}",
            "--Outreach:OpenId:Groups:0:Group=leads",
            "--Outreach:OpenId:Groups:0:Role=Administrator",
            "--Outreach:OpenId:Groups:1:Group=van",
            "--Outreach:OpenId:Groups:1:Role=OutreachWorker",
            "--Outreach:OpenId:Groups:1:Sites:0=van-1");
        channel = GrpcChannel.ForAddress(server.GrpcAddress);
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
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Groups_decide_what_people_may_do()
    {
        var (worker, lead) = (AccessFixture.BearerMetadata(Token("van", "others")), AccessFixture.BearerMetadata(Token("leads")));

        var sites = await new SiteService.SiteServiceClient(channel).ListSitesAsync(new ListSitesRequest(), worker, cancellationToken: Cancel);
        Assert.Equal(["van-1"], sites.Sites.Select(site => site.SiteId));
        var caller = await GetCallerAsync(worker);
        Assert.Equal(Role.OutreachWorker, Assert.Single(caller.Grants).Role);
        Assert.DoesNotContain("ana@example", caller.PersonId, StringComparison.Ordinal);
        await RpcAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_MISSING", () => ExportAsync(worker));
        await ExportAsync(lead);
    }

    [Fact]
    public async Task A_person_without_a_group_or_with_a_wrong_token_is_refused()
    {
        using var stranger = RSA.Create(2048);
        string[] wrong =
        [
            Token("nobody"), Token(), Token(with: asked => asked.Audience = "elsewhere", groups: "van"), Token(with: asked => asked.Issuer = "http://127.0.0.1:1", groups: "van"),
            Token(with: asked => asked.Expires = DateTime.UtcNow.AddMinutes(-1), groups: "van"), Token(with: asked => asked.NotBefore = DateTime.UtcNow.AddMinutes(5), groups: "van"),
            Token(with: asked => asked.IssuedAt = DateTime.UtcNow.AddMinutes(5), groups: "van"), Token(with: asked => asked.Expires = DateTime.UtcNow.AddDays(2), groups: "van"),
            Token(with: asked => asked.SigningCredentials = FakeIdentityProvider.CredentialsFrom(stranger), groups: "van"),
            Token(with: asked => asked.SigningCredentials = provider.CredentialsFromPublicKey(), groups: "van"),
            Token(with: asked => asked.SigningCredentials = null, groups: "van"),
        ];

        foreach (var token in wrong)
            await RpcAssert.RefusedAsync(
                StatusCode.Unauthenticated,
                "TOKEN_WRONG",
                async () => await new SessionServiceClient(channel).GetCallerAsync(new GetCallerRequest(), AccessFixture.BearerMetadata(token), cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_stream_ends_when_the_token_does()
    {
        var token = Token(with: asked => asked.Expires = DateTime.UtcNow.AddSeconds(3), groups: "leads");
        using var watch = new Protocol.Reports.V1.OverviewService.OverviewServiceClient(channel).WatchOverview(
            new Protocol.Reports.V1.WatchOverviewRequest(), AccessFixture.BearerMetadata(token), cancellationToken: Cancel);

        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_WRONG", async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancel))
            {
            }
        });
    }

    [Fact]
    public async Task An_ended_person_is_refused_and_the_same_id_in_another_organization_has_no_effect()
    {
        var (worker, ended) = (AccessFixture.BearerMetadata(Token("van")), AccessFixture.BearerMetadata(Token(with: asked => asked.Claims["sub"] = "ben@example", groups: "van")));
        var id = await EndAsync(worker, new Domain.Access.OrganizationId("other"));
        await EndAsync(ended, Domain.Access.OrganizationId.First);

        Assert.Equal(id, (await GetCallerAsync(worker)).PersonId);
        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", () => GetCallerAsync(ended));

        async Task<string> EndAsync(Metadata who, Domain.Access.OrganizationId organization)
        {
            var id = (await GetCallerAsync(who)).PersonId;
            var keeper = server.GetService<IGrainFactory>().GetGrain<IPersonGrain>(id);
            await keeper.AddAsync(new Domain.Access.Person(new Domain.Access.PersonId(id), organization, "Somebody", Domain.Access.PersonKind.Person, []));
            await keeper.EndAsync("Left.", null, othersAdminister: true);
            var book = server.GetService<PersonCache>();
            await Eventually.AssertAsync(async () => await book.FindAsync(id, Cancel) is { Ended: true });
            return id;
        }
    }

    [Fact]
    public async Task Ids_of_the_identity_provider_cannot_be_added_by_hand()
    {
        var person = new Person { PersonId = "oidc-1", Label = "Somebody", Kind = PersonKind.Person };

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new PeopleService.PeopleServiceClient(server.Channel).CreatePersonAsync(
            new CreatePersonRequest { Person = person }, cancellationToken: Cancel));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("person.person_id", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_of_another_provider_cannot_be_ended_here() => await RpcAssert.RefusedAsync(
        StatusCode.FailedPrecondition,
        "SESSION_ELSEWHERE",
        async () => await new SessionServiceClient(channel).EndSessionAsync(new EndSessionRequest(), AccessFixture.BearerMetadata(Token("van")), cancellationToken: Cancel));

    [Fact]
    public async Task Tokens_of_others_are_refused_even_while_the_provider_is_unreachable()
    {
        var ours = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor { Issuer = "outreach", Expires = DateTime.UtcNow.AddMinutes(-1), NotBefore = DateTime.UtcNow.AddMinutes(-9) });
        var theirs = Token("van");
        await provider.DisposeAsync();

        foreach (var token in new[] { ours, "no token", "a.b.c" })
            await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_WRONG", () => GetCallerAsync(AccessFixture.BearerMetadata(token)));
        var away = await Assert.ThrowsAsync<RpcException>(() => GetCallerAsync(AccessFixture.BearerMetadata(theirs)));
        Assert.Equal(StatusCode.Unavailable, away.StatusCode);
    }

    private async Task ExportAsync(Metadata who)
    {
        using var export = new UpkeepService.UpkeepServiceClient(channel).Export(new ExportRequest(), who, cancellationToken: Cancel);
        while (await export.ResponseStream.MoveNext(Cancel))
        {
        }
    }

    private async Task<Person> GetCallerAsync(Metadata who) =>
        (await new SessionServiceClient(channel).GetCallerAsync(new GetCallerRequest(), who, cancellationToken: Cancel)).Person;

    private string Token(params string[] groups) => Token(_ => { }, groups);

    private string Token(Action<SecurityTokenDescriptor> with, params string[] groups) => provider.CreateToken(with, groups);
}
