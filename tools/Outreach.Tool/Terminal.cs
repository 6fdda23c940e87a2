using Spectre.Console;

namespace Outreach.Tool;

/// <summary>The consoles of the tool: results go to <paramref name="Out"/>, progress and errors to <paramref name="Err"/>.</summary>
public sealed record Terminal(IAnsiConsole Out, IAnsiConsole Err)
{
    /// <summary>Creates the terminal of this process.</summary>
    public static Terminal FromProcess() => new(CreateConsole(Console.Out), CreateConsole(Console.Error));

    private static IAnsiConsole CreateConsole(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        // Files and pipes have no width, so lines must not be wrapped.
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 100_000;
        return console;
    }
}
