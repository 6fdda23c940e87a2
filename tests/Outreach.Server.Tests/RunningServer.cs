using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Outreach.Server.Access;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests;

/// <summary>The real server, in this process, on free ports of the loopback address.</summary>
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

    /// <summary>Where it listens for gRPC.</summary>
    public string GrpcAddress { get; }

    /// <summary>Where it listens for browsers.</summary>
    public string WebAddress { get; }

    /// <summary>Who may do everything in the first organization.</summary>
    public SignedInUser Administrator { get; }

    /// <summary>gRPC over HTTP/2, as the administrator.</summary>
    public ChannelBase Channel { get; }

    /// <summary>The JSON face, as the administrator.</summary>
    public HttpClient JsonClient { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Further settings, for example <c>--Outreach:DataFolder=...</c>.</param>
    public static Task<RunningServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <summary>Starts a server.</summary>
    /// <param name="instead">Adds services that come before those of the product; null for none.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<RunningServer> StartAsync(Action<IServiceCollection>? instead, params string[] settings)
    {
        var app = OutreachServer.Build(["--applicationName=Outreach.Server", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0", .. settings], instead);
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

    /// <summary>Something that the server is made of.</summary>
    public T GetService<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Stops the server as an operator would.</summary>
    public async ValueTask DisposeAsync()
    {
        JsonClient.Dispose();
        await Channel.ShutdownAsync();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
