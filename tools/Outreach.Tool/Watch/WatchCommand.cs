using System.CommandLine;
using Outreach.Protocol.Reports.V1;
using Spectre.Console;

namespace Outreach.Tool.Watch;

/// <summary>"watch": the overview live in the terminal.</summary>
public static class WatchCommand
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "First day, YYYY-MM-DD; by default 29 days ago.",
        HelpName = "DAY",
        DefaultValueFactory = _ => DaysAgo(29),
    };

    private static readonly Option<string> To = new("--to")
    {
        Description = "Last day, inclusive; by default no end.",
        HelpName = "DAY",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<string[]> Sites = new("--site")
    {
        Description = "Only this site, its shelves apart; may be said several times.",
        HelpName = "SITE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Makes the command. It runs until Ctrl+C and leaves the terminal as it was.</summary>
    public static Command Make(Terminal terminal)
    {
        var command = new Command("watch", "Draws the overview as it changes; into a file or pipe, prints a line for each change.") { From, To, Sites };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            using var sink = CreateSink(terminal.Out);
            await new OverviewWatch(new(channel), QueryOf(parsed)).RunAsync(sink, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static OverviewQuery QueryOf(ParseResult parsed)
    {
        var query = new OverviewQuery { FromDay = parsed.GetRequiredValue(From), ToDay = parsed.GetRequiredValue(To), Span = Span.Day };
        query.SiteIds.Add(parsed.GetRequiredValue(Sites));
        query.BySite = query.SiteIds.Count > 0;
        return query;
    }

    private static IOverviewSink CreateSink(IAnsiConsole console) =>
        console.Profile.Out.IsTerminal ? new OverviewScreen(console) : new OverviewLineWriter(console);

    private static string DaysAgo(int days) => DateTime.Today.AddDays(-days).ToString("yyyy-MM-dd");
}
