using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Access;
using static Outreach.Protocol.Access.V1.PeopleService;
using static Outreach.Protocol.Access.V1.SessionService;
using Instant = NodaTime.Instant;

namespace Outreach.Server.Tests.Access;

/// <summary>People of another provider sign in to the dashboard, each step as a browser takes it.</summary>
public sealed class SignInWithOpenIdTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-openid-");
    private readonly HttpClient browser = NewBrowser();
    private Provider provider = null!;
    private RunningServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        provider = await Provider.StartAsync();
        server = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await server.DisposeAsync();
        await provider.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_person_comes_back_with_a_code_that_lets_one_browser_in_for_a_while_as_the_groups_allow()
    {
        provider.Groups = ["van", "others"];

        var begun = await GetAsync(await WayInAsync());
        var asked = QueryHelpers.ParseQuery(begun.Headers.Location!.Query);
        Assert.Equal(
            [$"{server.Web}/sign-in/openid/done", "openid groups", "S256"],
            new[] { "redirect_uri", "scope", "code_challenge_method" }.Select(name => asked[name].ToString()));
        Assert.All(begun.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("samesite=lax; httponly", cookie, StringComparison.Ordinal));
        var back = await GetAsync(begun.Headers.Location);
        var done = await GetAsync(back.Headers.Location!);

        Assert.True(done.Headers.CacheControl?.NoStore);
        Assert.StartsWith($"{server.Web}/#code=", done.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        var session = await Session.EnrollAsync(server.Grpc, CodeOf(done));
        var caller = await CallerAsync(session);
        Assert.Equal((Role.OutreachWorker, "van-1"), (Assert.Single(caller.Grants).Role, Assert.Single(caller.Grants[0].SiteIds)));
        Assert.Equal("Signed in elsewhere", caller.Label);
        var until = (await server.Part<DeviceBook>().FindAsync(session.Tokens.DeviceId, Cancel))!.Until!.Value;
        Assert.InRange(until, Instant.FromDateTimeUtc(DateTime.UtcNow.AddHours(11)), Instant.FromDateTimeUtc(DateTime.UtcNow.AddHours(12)));
    }

    [Fact]
    public async Task The_same_person_comes_again_as_the_groups_have_it_now_and_only_this_way()
    {
        provider.Groups = ["leads"];
        var before = await CallerAsync(await Session.EnrollAsync(server.Grpc, CodeOf(await SignInAsync())));
        provider.Groups = ["van"];

        var after = await CallerAsync(await Session.EnrollAsync(server.Grpc, CodeOf(await SignInAsync())));

        Assert.Equal(before.PersonId, after.PersonId);
        Assert.Equal(Role.OutreachWorker, Assert.Single(after.Grants).Role);
        await Refused.AssertAsync(StatusCode.FailedPrecondition, "PERSON_ELSEWHERE", async () => await new PeopleServiceClient(server.Channel).CreateEnrollmentCodeAsync(
            new CreateEnrollmentCodeRequest { PersonId = after.PersonId }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Whoever_is_in_no_group_that_has_a_role_is_told_so_and_kept_nowhere()
    {
        provider.Groups = ["others"];

        await AssertRefusedAsync(await SignInAsync(), HttpStatusCode.Forbidden, "none of your groups lets you in here");

        var people = await new PeopleServiceClient(server.Channel).ListPeopleAsync(new ListPeopleRequest(), cancellationToken: Cancel);
        Assert.Equal("admin", Assert.Single(people.People).PersonId);
    }

    [Fact]
    public async Task Whose_part_was_ended_is_told_so()
    {
        provider.Groups = ["leads"];
        var person = await CallerAsync(await Session.EnrollAsync(server.Grpc, CodeOf(await SignInAsync())));
        await new PeopleServiceClient(server.Channel).EndPersonAsync(new EndPersonRequest { PersonId = person.PersonId, Reason = "Left." }, cancellationToken: Cancel);

        await AssertRefusedAsync(await SignInAsync(), HttpStatusCode.Forbidden, "Your part in this program has ended.");
        provider.Groups = ["van"];
        await AssertRefusedAsync(await SignInAsync(), HttpStatusCode.Forbidden, "Your part in this program has ended.");
    }

    [Fact]
    public async Task What_comes_back_counts_once_in_the_browser_that_left_and_as_it_was_sent()
    {
        provider.Groups = ["van"];
        using var another = NewBrowser();

        await AssertWrongAsync(await another.GetAsync(await ComeBackAsync(), Cancel));
        await AssertWrongAsync(await GetAsync(Changed(await ComeBackAsync(), "state", state => state[..^4] + "AAAA")));
        await AssertWrongAsync(await GetAsync(Changed(await ComeBackAsync(), "state", _ => "")));
        await AssertWrongAsync(await GetAsync(Changed(await ComeBackAsync(), "code", _ => Guid.NewGuid().ToString())));
        var back = await ComeBackAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await GetAsync(back)).StatusCode);
        await AssertWrongAsync(await GetAsync(back));
    }

    [Fact]
    public async Task A_token_that_is_not_for_this_sign_in_lets_nobody_in()
    {
        provider.Groups = ["van"];
        using var stranger = System.Security.Cryptography.RSA.Create(2048);
        Action<SecurityTokenDescriptor>[] wrongs =
        [
            token => token.Claims["nonce"] = "another",
            token => token.Claims.Remove("nonce"),
            token => token.Audience = Provider.Audience,
            token => token.Issuer = "http://127.0.0.1:1",
            token => token.Expires = DateTime.UtcNow.AddMinutes(-1),
            token => token.SigningCredentials = null,
            token => token.SigningCredentials = Provider.Signed(stranger),
            token => token.SigningCredentials = provider.SignedWithWhatIsPublic(),
        ];

        foreach (var wrong in wrongs)
        {
            provider.Wrong = wrong;
            await AssertWrongAsync(await SignInAsync());
        }
    }

    [Fact]
    public async Task A_sign_in_that_began_before_a_restart_ends_after_it()
    {
        provider.Groups = ["van"];
        var back = await ComeBackAsync();
        await server.DisposeAsync();

        server = await StartAsync();

        Assert.NotEmpty(server.Part<SharedKeys>().GetAllElements());
        var done = await GetAsync(new Uri(new Uri(server.Web), back.PathAndQuery));
        Assert.Equal("van-1", (await CallerAsync(await Session.EnrollAsync(server.Grpc, CodeOf(done)))).Grants[0].SiteIds[0]);
    }

    [Fact]
    public async Task While_the_provider_is_away_that_is_said()
    {
        await provider.DisposeAsync();

        await AssertRefusedAsync(await GetAsync(await WayInAsync()), HttpStatusCode.ServiceUnavailable, "You cannot be signed in just now.");
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(
        $"--Outreach:DataFolder={folder.FullName}",
        $"--Outreach:OpenId:Authority={provider.Address}",
        $"--Outreach:OpenId:Audience={Provider.Audience}",
        $"--Outreach:OpenId:ClientId={Provider.ClientId}",
        $"--Outreach:OpenId:ClientSecret={Provider.ClientSecret}",
        "--Outreach:OpenId:Name=Harm Reduction Hub",
        "--Outreach:OpenId:Scopes=groups",
        "--Outreach:OpenId:Groups:0:Group=leads",
        "--Outreach:OpenId:Groups:0:Role=Administrator",
        "--Outreach:OpenId:Groups:1:Group=van",
        "--Outreach:OpenId:Groups:1:Role=OutreachWorker",
        "--Outreach:OpenId:Groups:1:Sites:0=van-1");

    private static HttpClient NewBrowser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    private Task<HttpResponseMessage> GetAsync(Uri address) => browser.GetAsync(address, Cancel);

    /// <summary>Where the dashboard sends people.</summary>
    private async Task<Uri> WayInAsync()
    {
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        var provider = (await new SessionServiceClient(channel).GetWaysInAsync(new GetWaysInRequest(), cancellationToken: Cancel)).Provider;
        Assert.Equal("Harm Reduction Hub", provider.Name);
        return new Uri(provider.Address);
    }

    /// <summary>Leaves for the provider; returns where that sends the browser back to.</summary>
    private async Task<Uri> ComeBackAsync() => (await GetAsync((await GetAsync(await WayInAsync())).Headers.Location!)).Headers.Location!;

    private async Task<HttpResponseMessage> SignInAsync() => await GetAsync(await ComeBackAsync());

    private static string CodeOf(HttpResponseMessage done) => done.Headers.Location!.Fragment["#code=".Length..];

    private async Task<Person> CallerAsync(Session session)
    {
        using var channel = session.Open(server.Grpc);
        return (await new SessionServiceClient(channel).GetCallerAsync(new GetCallerRequest(), cancellationToken: Cancel)).Person;
    }

    private static Uri Changed(Uri back, string name, Func<string, string> change)
    {
        var query = QueryHelpers.ParseQuery(back.Query).ToDictionary(part => part.Key, part => (string?)part.Value);
        query[name] = change(query[name]!);
        return new Uri(QueryHelpers.AddQueryString(back.GetLeftPart(UriPartial.Path), query));
    }

    private static Task AssertWrongAsync(HttpResponseMessage answer) => AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "Signing in did not work");

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string says)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
