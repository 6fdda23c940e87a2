using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests;

/// <summary>Somebody who is signed in, and stays so: what a client keeps.</summary>
public sealed class SignedInUser
{
    /// <summary>The first administrators of the servers that tests started, by the store they are of: a restart asks for no new code.</summary>
    private static readonly ConcurrentDictionary<string, SignedInUser> Administrators = new();

    /// <summary>One enrolment a code, however many nodes print it.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Task<SignedInUser>>> Enrolments = new();

    private static readonly TimeSpan RefreshMargin = TimeSpan.FromMinutes(2);

    private static readonly SemaphoreSlim Refreshing = new(1, 1);

    private SessionService.SessionServiceClient server;
    private Tokens tokens;

    private SignedInUser(string grpc, EnrollResponse enrolled)
    {
        server = new SessionService.SessionServiceClient(GrpcChannel.ForAddress(grpc));
        (tokens, Person) = (enrolled.Tokens, enrolled.Person);
    }

    public Person Person { get; }

    public Tokens Tokens => tokens;

    /// <summary>Enrols a device by a code.</summary>
    public static async Task<SignedInUser> EnrollAsync(string grpc, string code)
    {
        using var channel = GrpcChannel.ForAddress(grpc);
        var request = new EnrollRequest { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A test" };
        return new SignedInUser(grpc, await new SessionService.SessionServiceClient(channel).EnrollAsync(request));
    }

    /// <summary>The administrator of a server, who holds every other role too.</summary>
    /// <param name="grpc">Where the server is.</param>
    /// <param name="settings">What it was started with: they name its store.</param>
    /// <param name="code">The code that it printed; null where it printed none, because the administrator came in before.</param>
    public static async Task<SignedInUser> GetAdministratorAsync(string grpc, IReadOnlyList<string> settings, string? code)
    {
        var store = StoreSettingOf(settings);
        if (code is not null)
            Administrators[store] = await Enrolments.GetOrAdd($"{store} {code}", _ => new Lazy<Task<SignedInUser>>(() => EnrollAdministratorAsync(grpc, code))).Value;
        // Another node of the store may have let the administrator in a moment ago.
        await Eventually.AssertAsync(() => Task.FromResult(Administrators.ContainsKey(store)));
        var known = Administrators[store];
        known.server = new SessionService.SessionServiceClient(GrpcChannel.ForAddress(grpc));
        return known;
    }

    private static async Task<SignedInUser> EnrollAdministratorAsync(string grpc, string code)
    {
        var session = await EnrollAsync(grpc, code);
        using var channel = session.OpenChannel(grpc);
        var person = session.Person.Clone();
        person.Grants.Clear();
        person.Grants.Add(Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role => new Grant { Role = role }));
        await new PeopleService.PeopleServiceClient(channel).UpdatePersonAsync(new UpdatePersonRequest { Person = person });
        // What may be done since counts a moment later.
        await Eventually.AssertAsync(() => MayAskForDevicesAsync(channel));
        return session;
    }

    private static async Task<bool> MayAskForDevicesAsync(GrpcChannel channel)
    {
        try
        {
            await new EncounterService.EncounterServiceClient(channel).GetDeviceProgressAsync(new GetDeviceProgressRequest { DeviceId = "none" });
            return true;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.PermissionDenied)
        {
            return false;
        }
    }

    /// <summary>Comes in anew, where the server's clock has left the tokens behind.</summary>
    public async Task EnrollAgainAsync(string code) => tokens = (await server.EnrollAsync(
        new EnrollRequest { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A test" })).Tokens;

    /// <summary>A token that is good for a while.</summary>
    public async Task<string> GetAccessTokenAsync()
    {
        if (tokens.AccessExpireTime.ToDateTime() - DateTime.UtcNow > RefreshMargin)
            return tokens.AccessToken;
        await Refreshing.WaitAsync();
        try
        {
            if (tokens.AccessExpireTime.ToDateTime() - DateTime.UtcNow <= RefreshMargin)
                tokens = (await server.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = tokens.RefreshToken })).Tokens;
            return tokens.AccessToken;
        }
        finally
        {
            Refreshing.Release();
        }
    }

    /// <summary>A channel whose calls carry a token.</summary>
    public GrpcChannel OpenChannel(string grpc, GrpcChannelOptions? options = null)
    {
        options ??= new GrpcChannelOptions();
        options.Credentials = ChannelCredentials.Create(
            ChannelCredentials.Insecure,
            CallCredentials.FromInterceptor(async (_, metadata) => metadata.Add("authorization", $"Bearer {await GetAccessTokenAsync()}")));
        options.UnsafeUseInsecureChannelCallCredentials = true;
        return GrpcChannel.ForAddress(grpc, options);
    }

    /// <summary>An HTTP client whose requests carry a token.</summary>
    public HttpClient CreateHttpClient(string web) => new(new BearerTokenHandler(this)) { BaseAddress = new Uri(web) };

    private static string StoreSettingOf(IReadOnlyList<string> settings) =>
        settings.LastOrDefault(setting => setting.StartsWith("--Outreach:Postgres=", StringComparison.Ordinal))
        ?? settings.Last(setting => setting.StartsWith("--Outreach:DataFolder=", StringComparison.Ordinal));

    private sealed class BearerTokenHandler(SignedInUser session) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", await session.GetAccessTokenAsync());
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
