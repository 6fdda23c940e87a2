using System.CommandLine;
using Outreach.Protocol.Reports.V1;
using Spectre.Console;

namespace Outreach.Tool.Watch;

/// <summary>The "watch" command: shows the overview live in the terminal.</summary>
public static class WatchCommand
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "First day, YYYY-MM-DD; 29 days ago by default.",
        HelpName = "DAY",
        DefaultValueFactory = _ => DaysAgo(29),
    };

    private static readonly Option<string> To = new("--to")
    {
        Description = "Last day, inclusive; without it, new days are included.",
        HelpName = "DAY",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<string[]> Sites = new("--site")
    {
        Description = "Only this site, with its shelves listed separately. Can be repeated.",
        HelpName = "SITE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Creates the command. It runs until Ctrl+C and then restores the terminal.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("watch", "Show the overview as it changes. In a file or pipe, print a line for each change.") { From, To, Sites };
        command.SetCancellableAction(async (parsed, cancellation) =>
        {
            using var channel = ServerConnection.Connect(parsed);
            using var sink = CreateSink(terminal.Out);
            await new OverviewWatch(new(channel), CreateQuery(parsed)).RunAsync(sink, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static OverviewQuery CreateQuery(ParseResult parsed)
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
