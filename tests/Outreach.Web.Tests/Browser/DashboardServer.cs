using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tests.Shared;

namespace Outreach.Web.Tests.Browser;

/// <summary>A server in its own process, as an operator runs it. It can be killed and started again on the same data folder.</summary>
public sealed class DashboardServer : IAsyncDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("outreach-web-");
    private readonly int webPort = LoopbackPort.FindFree();
    private readonly int grpcPort = LoopbackPort.FindFree();
    private readonly string[] settings;
    private Process? process;
    private Tokens? tokens;

    private DashboardServer(string[] settings) => (this.settings, Channel) = (settings, GrpcChannel.ForAddress($"http://127.0.0.1:{grpcPort}", new GrpcChannelOptions
    {
        Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {tokens?.AccessToken}");
            return Task.CompletedTask;
        })),
        UnsafeUseInsecureChannelCallCredentials = true,
    }));

    /// <summary>The dashboard's URL.</summary>
    public string Address => $"http://127.0.0.1:{webPort}/";

    /// <summary>A channel to the API, signed in as an administrator with all roles. It reconnects after a restart.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Starts a server with a new store.</summary>
    /// <param name="settings">Other settings.</param>
    public static async Task<DashboardServer> StartNewAsync(params string[] settings)
    {
        var server = new DashboardServer(settings);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the process and waits until it listens. Signs in if it prints a code.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                ServerAssemblyPath(), $"--Outreach:DataFolder={data.FullName}", $"--Outreach:WebPort={webPort}", $"--Outreach:GrpcPort={grpcPort}",
                "--Logging:LogLevel:Default=Error", "--Logging:LogLevel:Orleans=Error",
            },
        };
        foreach (var setting in settings)
            start.ArgumentList.Add(setting);
        process = Process.Start(start)!;
        var output = new List<string>();
        string? code = null;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            output.Add(line);
            if (line.Contains("with the code ", StringComparison.Ordinal))
                code = line.Split(' ')[^1];
            if (line.StartsWith("Store:", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                if (code is not null)
                    await SignInAsync(code);
                return;
            }
        }

        throw new InvalidOperationException($"The server did not start: {string.Join(Environment.NewLine, output)}");
    }

    /// <summary>Kills the process, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (process is null)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await KillAsync();
        data.Delete(recursive: true);
    }

    private async Task SignInAsync(string code)
    {
        using var anonymous = GrpcChannel.ForAddress($"http://127.0.0.1:{grpcPort}");
        var request = new EnrollDeviceRequest { RequestId = Guid.NewGuid().ToString(), Code = code, DeviceLabel = "A test" };
        var enrolled = await new SessionService.SessionServiceClient(anonymous).EnrollDeviceAsync(request);
        tokens = enrolled.Tokens;
        var person = enrolled.Person.Clone();
        person.Grants.Clear();
        person.Grants.Add(Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role => new Grant { Role = role }));
        await new PeopleService.PeopleServiceClient(Channel).UpdatePersonAsync(new UpdatePersonRequest { Person = person });
        // The new roles take effect a moment later.
        while (!await HasRolesAsync())
            await Task.Delay(10);
    }

    private async Task<bool> HasRolesAsync()
    {
        try
        {
            await new EncounterService.EncounterServiceClient(Channel).GetDeviceProgressAsync(new GetDeviceProgressRequest { DeviceId = "none" });
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.PermissionDenied)
        {
            return false;
        }
    }

    /// <summary>The path of the server that was built with these tests.</summary>
    private static string ServerAssemblyPath()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(SourceTree.Root, "src", "Outreach.Server", "bin", output.Parent!.Name, output.Name, "Outreach.Server.dll");
    }
}
