using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Tests;

/// <summary>A signed-in person. Refreshes the access token when needed.</summary>
public sealed class SignedInUser
{
    /// <summary>The first administrator of each store. After a restart, a server prints no new code.</summary>
    private static readonly ConcurrentDictionary<string, SignedInUser> Administrators = new();

    /// <summary>The enrollment of each code, which several nodes may print.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Task<SignedInUser>>> Enrollments = new();

    private static readonly TimeSpan RefreshMargin = TimeSpan.FromMinutes(2);

    private static readonly SemaphoreSlim RefreshLock = new(1, 1);

    private SessionService.SessionServiceClient server;
    private Tokens tokens;

    private SignedInUser(string grpc, EnrollDeviceResponse enrolled)
    {
        server = new SessionService.SessionServiceClient(GrpcChannel.ForAddress(grpc));
        (tokens, Person) = (enrolled.Tokens, enrolled.Person);
    }

    public Person Person { get; }

    public Tokens Tokens => tokens;

    /// <summary>Enrolls a device with a code.</summary>
    public static async Task<SignedInUser> EnrollAsync(string grpc, string code)
    {
        using var channel = GrpcChannel.ForAddress(grpc);
        var request = new EnrollDeviceRequest { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A test" };
        return new SignedInUser(grpc, await new SessionService.SessionServiceClient(channel).EnrollDeviceAsync(request));
    }

    /// <summary>Returns the first administrator of a server, with every role.</summary>
    /// <param name="grpc">The gRPC address of the server.</param>
    /// <param name="settings">The settings that the server was started with, which identify its store.</param>
    /// <param name="code">The code that the server printed; null if it printed none because the administrator has already signed in.</param>
    public static async Task<SignedInUser> GetAdministratorAsync(string grpc, IReadOnlyList<string> settings, string? code)
    {
        var store = GetStoreSetting(settings);
        if (code is not null)
            Administrators[store] = await Enrollments.GetOrAdd($"{store} {code}", _ => new Lazy<Task<SignedInUser>>(() => EnrollAdministratorAsync(grpc, code))).Value;
        // Another node on the same store may be enrolling the administrator.
        await Eventually.AssertAsync(() => Task.FromResult(Administrators.ContainsKey(store)));
        var administrator = Administrators[store];
        administrator.server = new SessionService.SessionServiceClient(GrpcChannel.ForAddress(grpc));
        return administrator;
    }

    private static async Task<SignedInUser> EnrollAdministratorAsync(string grpc, string code)
    {
        var session = await EnrollAsync(grpc, code);
        using var channel = session.OpenChannel(grpc);
        var person = session.Person.Clone();
        person.Grants.Clear();
        person.Grants.Add(Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role => new Grant { Role = role }));
        await new PeopleService.PeopleServiceClient(channel).UpdatePersonAsync(new UpdatePersonRequest { Person = person });
        // New roles take effect after a moment.
        await Eventually.AssertAsync(() => CanGetDeviceProgressAsync(channel));
        return session;
    }

    private static async Task<bool> CanGetDeviceProgressAsync(GrpcChannel channel)
    {
        try
        {
            await new EncounterService.EncounterServiceClient(channel).GetDeviceProgressAsync(new GetDeviceProgressRequest { DeviceId = "none" });
            return true;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.PermissionDenied)
        {
            return false;
        }
    }

    /// <summary>Enrolls again, for tests whose clock has moved past the end of the session.</summary>
    public async Task EnrollAgainAsync(string code) => tokens = (await server.EnrollDeviceAsync(
        new EnrollDeviceRequest { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A test" })).Tokens;

    /// <summary>Returns an access token that is valid for at least two minutes.</summary>
    public async Task<string> GetAccessTokenAsync()
    {
        if (tokens.AccessExpireTime.ToDateTime() - DateTime.UtcNow > RefreshMargin)
            return tokens.AccessToken;
        await RefreshLock.WaitAsync();
        try
        {
            if (tokens.AccessExpireTime.ToDateTime() - DateTime.UtcNow <= RefreshMargin)
                tokens = (await server.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = tokens.RefreshToken })).Tokens;
            return tokens.AccessToken;
        }
        finally
        {
            RefreshLock.Release();
        }
    }

    /// <summary>Opens a channel whose calls carry the access token.</summary>
    public GrpcChannel OpenChannel(string grpc, GrpcChannelOptions? options = null)
    {
        options ??= new GrpcChannelOptions();
        options.Credentials = ChannelCredentials.Create(
            ChannelCredentials.Insecure,
            CallCredentials.FromInterceptor(async (_, metadata) => metadata.Add("authorization", $"Bearer {await GetAccessTokenAsync()}")));
        options.UnsafeUseInsecureChannelCallCredentials = true;
        return GrpcChannel.ForAddress(grpc, options);
    }

    /// <summary>Creates an HTTP client whose requests carry the access token.</summary>
    public HttpClient CreateHttpClient(string web) => new(new BearerTokenHandler(this)) { BaseAddress = new Uri(web) };

    private static string GetStoreSetting(IReadOnlyList<string> settings) =>
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
