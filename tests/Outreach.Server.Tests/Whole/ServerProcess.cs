using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Net.Client;

namespace Outreach.Server.Tests.Whole;

/// <summary>The product as a process of its own, as an operator runs it, so that it can be killed.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, string grpc, string web, IReadOnlyList<string> greeting, SignedInUser administrator)
    {
        this.process = process;
        (Grpc, Web, StartupLines, Administrator) = (grpc, web, greeting, administrator);
        Channel = administrator.OpenChannel(grpc, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
            MaxReconnectBackoff = TimeSpan.FromSeconds(2),
        });
    }

    /// <summary>Who may do everything in the first organization.</summary>
    public SignedInUser Administrator { get; }

    public string Grpc { get; }

    public string Web { get; }

    public GrpcChannel Channel { get; }

    /// <summary>The lines it printed when it was ready.</summary>
    public IReadOnlyList<string> StartupLines { get; }

    public int Id => process.Id;

    /// <summary>Starts it and waits until it says where it listens and what store it uses.</summary>
    /// <param name="arguments">Settings, for example <c>--Outreach:DataFolder=/tmp/x</c>. Ports are chosen free.</param>
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
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server's process did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var greeting = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            greeting.Add(line);
            if (!line.StartsWith("Store: ", StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            var grpc = ValueAfter(greeting, "Listening for gRPC on ");
            var code = greeting.FirstOrDefault(line => EndsWithCode().IsMatch(line))?[^11..];
            return new ServerProcess(
                process, grpc, ValueAfter(greeting, "Dashboard and JSON on "), greeting, await SignedInUser.GetAdministratorAsync(grpc, arguments, code));
        }
        await process.WaitForExitAsync();
        throw new InvalidOperationException($"The server ended with {process.ExitCode} before it was ready: {await errors}");
    }

    [GeneratedRegex("^(Nobody can sign in yet|Look around).*[0-9A-Z]{5}-[0-9A-Z]{5}$")]
    private static partial Regex EndsWithCode();

    /// <summary>Runs it with settings it must not start with, and gives back its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Said)> StartAndFailAsync(params string[] arguments)
    {
        try
        {
            await using var started = await StartAsync(arguments);
            throw new InvalidOperationException("The server started though it should not have.");
        }
        catch (InvalidOperationException refused) when (refused.Message.Contains("before it was ready", StringComparison.Ordinal))
        {
            return (1, refused.Message);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its exit code.</summary>
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

    private static string ValueAfter(List<string> lines, string start) =>
        lines.Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..];
}
