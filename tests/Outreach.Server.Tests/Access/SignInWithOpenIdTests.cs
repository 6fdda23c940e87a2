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
    private FakeIdentityProvider provider = null!;
    private RunningServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeIdentityProvider.StartAsync();
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
    public async Task Signing_in_gives_one_browser_temporary_access_with_the_groups_roles()
    {
        provider.Groups = ["van", "others"];

        var begun = await GetAsync(await GetSignInAddressAsync());
        var asked = QueryHelpers.ParseQuery(begun.Headers.Location!.Query);
        Assert.Equal(
            [$"{server.WebAddress}/sign-in/openid/done", "openid groups", "S256"],
            new[] { "redirect_uri", "scope", "code_challenge_method" }.Select(name => asked[name].ToString()));
        Assert.All(begun.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("samesite=lax; httponly", cookie, StringComparison.Ordinal));
        var back = await GetAsync(begun.Headers.Location);
        var done = await GetAsync(back.Headers.Location!);

        Assert.True(done.Headers.CacheControl?.NoStore);
        Assert.StartsWith($"{server.WebAddress}/#code=", done.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        var session = await SignedInUser.EnrollAsync(server.GrpcAddress, CodeOf(done));
        var caller = await GetCallerAsync(session);
        Assert.Equal((Role.OutreachWorker, "van-1"), (Assert.Single(caller.Grants).Role, Assert.Single(caller.Grants[0].SiteIds)));
        Assert.Equal("Signed in elsewhere", caller.Label);
        var until = (await server.GetService<DeviceCache>().FindAsync(session.Tokens.DeviceId, Cancel))!.Until!.Value;
        Assert.InRange(until, Instant.FromDateTimeUtc(DateTime.UtcNow.AddHours(11)), Instant.FromDateTimeUtc(DateTime.UtcNow.AddHours(12)));
    }

    [Fact]
    public async Task Signing_in_again_updates_the_roles_and_codes_are_refused()
    {
        provider.Groups = ["leads"];
        var before = await GetCallerAsync(await SignedInUser.EnrollAsync(server.GrpcAddress, CodeOf(await SignInAsync())));
        provider.Groups = ["van"];

        var after = await GetCallerAsync(await SignedInUser.EnrollAsync(server.GrpcAddress, CodeOf(await SignInAsync())));

        Assert.Equal(before.PersonId, after.PersonId);
        Assert.Equal(Role.OutreachWorker, Assert.Single(after.Grants).Role);
        await RpcAssert.RefusedAsync(StatusCode.FailedPrecondition, "PERSON_ELSEWHERE", async () => await new PeopleServiceClient(server.Channel).CreateEnrollmentCodeAsync(
            new CreateEnrollmentCodeRequest { PersonId = after.PersonId }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_person_without_a_role_is_told_so_and_not_stored()
    {
        provider.Groups = ["others"];

        await AssertRefusedAsync(await SignInAsync(), HttpStatusCode.Forbidden, "none of your groups has access here");

        var people = await new PeopleServiceClient(server.Channel).ListPeopleAsync(new ListPeopleRequest(), cancellationToken: Cancel);
        Assert.Equal("admin", Assert.Single(people.People).PersonId);
    }

    [Fact]
    public async Task An_ended_person_is_told_so()
    {
        provider.Groups = ["leads"];
        var person = await GetCallerAsync(await SignedInUser.EnrollAsync(server.GrpcAddress, CodeOf(await SignInAsync())));
        await new PeopleServiceClient(server.Channel).EndPersonAsync(new EndPersonRequest { PersonId = person.PersonId, Reason = "Left." }, cancellationToken: Cancel);

        await AssertRefusedAsync(await SignInAsync(), HttpStatusCode.Forbidden, "Your access to this program has ended.");
        provider.Groups = ["van"];
        await AssertRefusedAsync(await SignInAsync(), HttpStatusCode.Forbidden, "Your access to this program has ended.");
    }

    [Fact]
    public async Task A_callback_works_once_unchanged_and_in_the_same_browser()
    {
        provider.Groups = ["van"];
        using var another = NewBrowser();

        await AssertNotSignedInAsync(await another.GetAsync(await GetCallbackAddressAsync(), Cancel));
        await AssertNotSignedInAsync(await GetAsync(ReplaceParameter(await GetCallbackAddressAsync(), "state", state => state[..^4] + "AAAA")));
        await AssertNotSignedInAsync(await GetAsync(ReplaceParameter(await GetCallbackAddressAsync(), "state", _ => "")));
        await AssertNotSignedInAsync(await GetAsync(ReplaceParameter(await GetCallbackAddressAsync(), "code", _ => Guid.NewGuid().ToString())));
        var back = await GetCallbackAddressAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await GetAsync(back)).StatusCode);
        await AssertNotSignedInAsync(await GetAsync(back));
    }

    [Fact]
    public async Task A_token_of_another_sign_in_is_refused()
    {
        provider.Groups = ["van"];
        using var stranger = System.Security.Cryptography.RSA.Create(2048);
        Action<SecurityTokenDescriptor>[] wrongs =
        [
            token => token.Claims["nonce"] = "another",
            token => token.Claims.Remove("nonce"),
            token => token.Audience = FakeIdentityProvider.Audience,
            token => token.Issuer = "http://127.0.0.1:1",
            token => token.Expires = DateTime.UtcNow.AddMinutes(-1),
            token => token.SigningCredentials = null,
            token => token.SigningCredentials = FakeIdentityProvider.CredentialsFrom(stranger),
            token => token.SigningCredentials = provider.CredentialsFromPublicKey(),
        ];

        foreach (var wrong in wrongs)
        {
            provider.ChangeToken = wrong;
            await AssertNotSignedInAsync(await SignInAsync());
        }
    }

    [Fact]
    public async Task A_sign_in_can_be_completed_after_a_restart()
    {
        provider.Groups = ["van"];
        var back = await GetCallbackAddressAsync();
        await server.DisposeAsync();

        server = await StartAsync();

        Assert.NotEmpty(server.GetService<DataProtectionKeyRepository>().GetAllElements());
        var done = await GetAsync(new Uri(new Uri(server.WebAddress), back.PathAndQuery));
        Assert.Equal("van-1", (await GetCallerAsync(await SignedInUser.EnrollAsync(server.GrpcAddress, CodeOf(done)))).Grants[0].SiteIds[0]);
    }

    [Fact]
    public async Task An_unreachable_provider_is_reported()
    {
        await provider.DisposeAsync();

        await AssertRefusedAsync(await GetAsync(await GetSignInAddressAsync()), HttpStatusCode.ServiceUnavailable, "You cannot be signed in just now.");
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(
        $"--Outreach:DataFolder={folder.FullName}",
        $"--Outreach:OpenId:Authority={provider.Address}",
        $"--Outreach:OpenId:Audience={FakeIdentityProvider.Audience}",
        $"--Outreach:OpenId:ClientId={FakeIdentityProvider.ClientId}",
        $"--Outreach:OpenId:ClientSecret={FakeIdentityProvider.ClientSecret}",
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
    private async Task<Uri> GetSignInAddressAsync()
    {
        using var channel = GrpcChannel.ForAddress(server.GrpcAddress);
        var provider = (await new SessionServiceClient(channel).GetSignInOptionsAsync(new GetSignInOptionsRequest(), cancellationToken: Cancel)).Provider;
        Assert.Equal("Harm Reduction Hub", provider.Name);
        return new Uri(provider.SignInUrl);
    }

    /// <summary>Leaves for the provider; returns where that sends the browser back to.</summary>
    private async Task<Uri> GetCallbackAddressAsync() => (await GetAsync((await GetAsync(await GetSignInAddressAsync())).Headers.Location!)).Headers.Location!;

    private async Task<HttpResponseMessage> SignInAsync() => await GetAsync(await GetCallbackAddressAsync());

    private static string CodeOf(HttpResponseMessage done) => done.Headers.Location!.Fragment["#code=".Length..];

    private async Task<Person> GetCallerAsync(SignedInUser session)
    {
        using var channel = session.OpenChannel(server.GrpcAddress);
        return (await new SessionServiceClient(channel).GetCallerAsync(new GetCallerRequest(), cancellationToken: Cancel)).Person;
    }

    private static Uri ReplaceParameter(Uri back, string name, Func<string, string> change)
    {
        var query = QueryHelpers.ParseQuery(back.Query).ToDictionary(part => part.Key, part => (string?)part.Value);
        query[name] = change(query[name]!);
        return new Uri(QueryHelpers.AddQueryString(back.GetLeftPart(UriPartial.Path), query));
    }

    private static Task AssertNotSignedInAsync(HttpResponseMessage answer) => AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "Signing in did not work");

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string says)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
