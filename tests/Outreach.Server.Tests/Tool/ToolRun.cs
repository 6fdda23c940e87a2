using Outreach.Tool;
using Spectre.Console;

namespace Outreach.Server.Tests.Tool;

/// <summary>A run of the operator's tool in this process, as into files.</summary>
internal sealed class ToolRun : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    public string Output => output.ToString();

    public string Errors => errors.ToString();

    /// <summary>Runs one command; the result is an <see cref="ExitCode"/>.</summary>
    public Task<int> RunAsync(params string[] args) => Cli.RunAsync(args, new Terminal(On(output), On(errors)));

    public void Dispose()
    {
        output.Dispose();
        errors.Dispose();
    }

    private static IAnsiConsole On(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = 100_000;
        return console;
    }
}
