using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Net.Client;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>The server in its own process, so that tests can kill it.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, string grpc, string web, IReadOnlyList<string> startupLines, SignedInUser administrator)
    {
        this.process = process;
        (Grpc, Web, StartupLines, Administrator) = (grpc, web, startupLines, administrator);
        Channel = administrator.OpenChannel(grpc, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
            MaxReconnectBackoff = TimeSpan.FromSeconds(2),
        });
    }

    /// <summary>A person with every role in the first organization.</summary>
    public SignedInUser Administrator { get; }

    public string Grpc { get; }

    public string Web { get; }

    public GrpcChannel Channel { get; }

    /// <summary>The lines that the server printed at startup.</summary>
    public IReadOnlyList<string> StartupLines { get; }

    public int Id => process.Id;

    /// <summary>Starts the server and waits until it has printed its addresses and its store.</summary>
    /// <param name="arguments">Settings, for example <c>--Outreach:DataFolder=/tmp/x</c>. The server chooses free ports.</param>
    public static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Outreach.Server.dll"), "--Outreach:GrpcPort=0", "--Outreach:WebPort=0", "--Outreach:CallsPerSecond=0" },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server process did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var startupLines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            startupLines.Add(line);
            if (!line.StartsWith("Store: ", StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            var grpc = FindValue(startupLines, "Listening for gRPC on ");
            var code = startupLines.FirstOrDefault(line => CodeLine().IsMatch(line))?[^11..];
            return new ServerProcess(
                process, grpc, FindValue(startupLines, "Dashboard and JSON on "), startupLines, await SignedInUser.GetAdministratorAsync(grpc, arguments, code));
        }
        await process.WaitForExitAsync();
        throw new InvalidOperationException($"The server exited with code {process.ExitCode} before it was ready: {await errors}");
    }

    [GeneratedRegex("^(Nobody can sign in yet|Look around).*[0-9A-Z]{5}-[0-9A-Z]{5}$")]
    private static partial Regex CodeLine();

    /// <summary>Starts the server with settings that must make it fail, and returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> StartAndFailAsync(params string[] arguments)
    {
        try
        {
            await using var started = await StartAsync(arguments);
            throw new InvalidOperationException("The server started but should have failed.");
        }
        catch (InvalidOperationException failure) when (failure.Message.Contains("before it was ready", StringComparison.Ordinal))
        {
            return (1, failure.Message);
        }
    }

    /// <summary>Kills the server with SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Stops the server with SIGTERM and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        Channel.Dispose();
        process.Dispose();
    }

    private static string FindValue(List<string> lines, string prefix) =>
        lines.Single(line => line.StartsWith(prefix, StringComparison.Ordinal))[prefix.Length..];
}
