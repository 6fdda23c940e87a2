using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Outreach.Server.Access;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests;

/// <summary>The real server, running in the test process on free loopback ports.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningServer(WebApplication app, SignedInUser administrator)
    {
        this.app = app;
        Administrator = administrator;
        (GrpcAddress, WebAddress) = (app.Urls.First(), app.Urls.Last());
        Channel = administrator.OpenChannel(GrpcAddress);
        JsonClient = administrator.CreateHttpClient(WebAddress);
    }

    /// <summary>The gRPC address.</summary>
    public string GrpcAddress { get; }

    /// <summary>The address for browsers and JSON.</summary>
    public string WebAddress { get; }

    /// <summary>A person with every role in the first organization.</summary>
    public SignedInUser Administrator { get; }

    /// <summary>A gRPC channel, signed in as the administrator.</summary>
    public ChannelBase Channel { get; }

    /// <summary>A client for the JSON API, signed in as the administrator.</summary>
    public HttpClient JsonClient { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">More settings, for example <c>--Outreach:DataFolder=...</c>.</param>
    public static Task<RunningServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <summary>Starts a server.</summary>
    /// <param name="overrides">Adds services that take precedence over those of the product; null for none.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<RunningServer> StartAsync(Action<IServiceCollection>? overrides, params string[] settings)
    {
        var app = OutreachServer.Build(["--applicationName=Outreach.Server", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0", .. settings], overrides);
        try
        {
            await app.StartAsync();
            var code = app.Services.GetRequiredService<AdministratorBootstrap>().TakeCode();
            return new RunningServer(app, await SignedInUser.GetAdministratorAsync(app.Urls.First(), settings, code));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns a service of the server.</summary>
    public T GetService<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Stops the server gracefully.</summary>
    public async ValueTask DisposeAsync()
    {
        JsonClient.Dispose();
        await Channel.ShutdownAsync();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
