using Spectre.Console;
using Spectre.Console.Rendering;

namespace Outreach.Tool.Watch;

/// <summary>Draws the overview to fit a terminal of a given size.</summary>
public static class OverviewRenderer
{
    // The head, the figures with names on two lines, and one line that stays free so that nothing scrolls.
    private const int LinesAround = 8;
    private const int LinesOfFrame = 2;
    private const int WidthForTwo = 100;

    private static readonly string[] FigureNames =
        ["encounters", "people", "units", "doses", "reversals", "syr. out", "syr. in", "short", "held"];

    /// <summary>Draws it.</summary>
    /// <param name="state">What to draw.</param>
    /// <param name="trouble">Why it may be old; null while the server answers.</param>
    /// <param name="size">The terminal's columns and lines.</param>
    public static IRenderable Draw(OverviewSnapshot state, string? trouble, (int Width, int Height) size)
    {
        var room = size.Height - LinesAround;
        var below = size.Width >= WidthForTwo
            ? SideBySide(Days(state, Lines(room)), Shelves(state, Lines(room)))
            : new Rows(Days(state, Lines(room / 2)), Shelves(state, Lines(room / 2)));
        return new ClippedRenderable(new Rows(Header(state, trouble), Figures(state), below), size.Height - 1);
    }

    private static int Lines(int room) => Math.Max(3, room - LinesOfFrame);

    private static IRenderable SideBySide(IRenderable left, IRenderable right) =>
        new Grid().Expand().AddColumn(new GridColumn().PadLeft(0)).AddColumn(new GridColumn().PadRight(0)).AddRow(left, right);

    private static Markup Header(OverviewSnapshot state, string? trouble) => trouble is null
        ? new Markup($"[bold]Outreach[/]  position {Markup.Escape(state.Position)}  [dim]{DateTime.Now:HH:mm:ss}, Ctrl+C ends[/]")
        : new Markup($"[bold]Outreach[/]  [yellow]{Markup.Escape(trouble)}[/]");

    private static Table Figures(OverviewSnapshot state)
    {
        var total = state.Total;
        var table = new Table().Border(TableBorder.Rounded).Expand();
        foreach (var name in FigureNames)
            table.AddColumn(new TableColumn(name).RightAligned().PadLeft(0));
        return table.AddRow(
            $"{total.Encounters:N0}", $"{total.People:N0}", $"{total.Units:N0}", $"{total.Doses:N0}", $"[green]{total.Reversals:N0}[/]",
            $"{total.SyringesOut:N0}", $"{total.SyringesIn:N0}", Highlight(state.ShortfallsOpen), Highlight(state.HeldOpen));
    }

    private static Panel Days(OverviewSnapshot state, int room)
    {
        var days = state.LastDays(room);
        IRenderable chart = days.Count == 0
            ? new Text("nothing yet")
            : new BarChart().AddItems(days.Select(d => new BarChartItem(d.Day, d.Units, Color.Green)));
        return new Panel(chart).Header("units handed out, last days").Expand();
    }

    private static Panel Shelves(OverviewSnapshot state, int room)
    {
        var shelves = state.ShelvesToCheck();
        var table = new Table().Border(TableBorder.None).AddColumns("shelf", "on hand", "7 days", "short", "expired");
        // One line for the header, one for what does not fit.
        foreach (var (shelf, week) in shelves.Take(room - 2))
        {
            var name = shelf.SiteId.Length == 0 ? shelf.ProductId : $"{shelf.SiteId} {shelf.ProductId}";
            table.AddRow(Markup.Escape(name), $"{shelf.OnHand:N0}", $"{week:N0}", Highlight(shelf.Shortfall), Highlight(shelf.Expired));
        }
        if (shelves.Count > room - 2)
            table.AddRow($"[dim]and {shelves.Count - room + 2} more[/]");
        return new Panel(shelves.Count == 0 ? new Text("none") : table).Header("shelves low, short or expired").Expand();
    }

    private static string Highlight(long count) => count > 0 ? $"[yellow]{count:N0}[/]" : "0";
}
