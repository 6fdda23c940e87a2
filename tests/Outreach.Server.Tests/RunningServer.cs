using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests;

/// <summary>The real server, in this process, on free ports of the loopback address.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningServer(WebApplication app)
    {
        this.app = app;
        var urls = app.Urls.ToArray();
        Channel = GrpcChannel.ForAddress(urls[0]);
        Json = new HttpClient { BaseAddress = new Uri(urls[1]) };
    }

    /// <summary>gRPC over HTTP/2.</summary>
    public ChannelBase Channel { get; }

    /// <summary>The JSON face.</summary>
    public HttpClient Json { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Further settings, for example <c>--Outreach:DataFolder=...</c>.</param>
    public static async Task<RunningServer> StartAsync(params string[] settings)
    {
        var app = OutreachServer.Build(["--applicationName=Outreach.Server", "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0", .. settings]);
        try
        {
            await app.StartAsync();
            return new RunningServer(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Something that the server is made of.</summary>
    public T Part<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Stops the server as an operator would.</summary>
    public async ValueTask DisposeAsync()
    {
        Json.Dispose();
        await Channel.ShutdownAsync();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
