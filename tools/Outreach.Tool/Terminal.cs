using Spectre.Console;

namespace Outreach.Tool;

/// <summary>Where the tool writes. Text that others wrote cannot steer either console.</summary>
public sealed record Terminal
{
    /// <summary>Writes to two consoles.</summary>
    public Terminal(IAnsiConsole output, IAnsiConsole errors)
    {
        Out = output;
        Err = errors;
        Out.Pipeline.Attach(new SafeText());
        Err.Pipeline.Attach(new SafeText());
    }

    /// <summary>For results.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>For progress and errors.</summary>
    public IAnsiConsole Err { get; }

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
