using Outreach.Protocol.Access.V1;
using Outreach.Tool;
using Spectre.Console;

namespace Outreach.Server.Tests.Tool;

/// <summary>Runs of the operator's tool in this process, as into files, with a folder of their own for sessions.</summary>
internal sealed class ToolRun : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-tool-");
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    public string Output => output.ToString();

    public string Errors => errors.ToString();

    /// <summary>Where its sessions are kept.</summary>
    public string Sessions => Path.Combine(folder.FullName, "sessions");

    /// <summary>Runs one command; the result is an <see cref="ExitCode"/>.</summary>
    public Task<int> RunAsync(params string[] args) => RunAsync(Sessions, args);

    /// <summary>Runs one command with the sessions of another.</summary>
    public Task<int> RunAsync(string sessions, string[] args) =>
        Cli.RunAsync([.. args, "--sessions", sessions], new Terminal(CreateConsole(output), CreateConsole(errors)));

    /// <summary>Signs in at a server as its administrator.</summary>
    public async Task<ToolRun> SignInAsync(RunningServer server)
    {
        var code = await CreateCodeAsync(server, server.Administrator.Person.PersonId);
        Assert.True(await RunAsync("login", "--code", code, "--server", server.GrpcAddress) == ExitCode.Success, Errors);
        output.GetStringBuilder().Clear();
        return this;
    }

    /// <summary>A code for somebody to sign in with.</summary>
    public static async Task<string> CreateCodeAsync(RunningServer server, string person)
    {
        var request = new CreateEnrollmentCodeRequest { PersonId = person };
        var response = await new PeopleService.PeopleServiceClient(server.Channel).CreateEnrollmentCodeAsync(
            request, cancellationToken: TestContext.Current.CancellationToken);
        return response.Code;
    }

    public void Dispose()
    {
        folder.Delete(recursive: true);
        output.Dispose();
        errors.Dispose();
    }

    private static IAnsiConsole CreateConsole(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = 100_000;
        return console;
    }
}
