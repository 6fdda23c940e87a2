using Spectre.Console;

namespace Outreach.Tool;

/// <summary>Where the tool writes: results on <paramref name="Out"/>, progress and complaints on <paramref name="Err"/>.</summary>
public sealed record Terminal(IAnsiConsole Out, IAnsiConsole Err)
{
    /// <summary>The terminal that the process was started in.</summary>
    public static Terminal FromProcess() => new(CreateConsole(Console.Out), CreateConsole(Console.Error));

    private static IAnsiConsole CreateConsole(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        // Without a terminal there is no width to fit: a line stays a line.
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 100_000;
        return console;
    }
}
