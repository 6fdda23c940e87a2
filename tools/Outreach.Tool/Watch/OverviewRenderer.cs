using Spectre.Console;
using Spectre.Console.Rendering;

namespace Outreach.Tool.Watch;

/// <summary>Renders the overview to fit the terminal.</summary>
public static class OverviewRenderer
{
    // The header, the table of figures, and one free line so that the terminal does not scroll.
    private const int FixedLines = 8;
    private const int FrameLines = 2;
    private const int MinTwoColumnWidth = 100;

    private static readonly string[] FigureNames =
        ["encounters", "contacts", "units", "doses", "reversals", "syr. out", "syr. in", "short", "held"];

    /// <param name="overview">The overview to render.</param>
    /// <param name="warning">Why the overview may be out of date; null while the server answers.</param>
    /// <param name="size">The terminal's size in columns and lines.</param>
    public static IRenderable Render(OverviewSnapshot overview, string? warning, (int Width, int Height) size)
    {
        var height = size.Height - FixedLines;
        var below = size.Width >= MinTwoColumnWidth
            ? SideBySide(RenderDays(overview, Lines(height)), RenderShelves(overview, Lines(height)))
            : new Rows(RenderDays(overview, Lines(height / 2)), RenderShelves(overview, Lines(height / 2)));
        return new ClippedRenderable(new Rows(RenderHeader(overview, warning), RenderFigures(overview), below), size.Height - 1);
    }

    private static int Lines(int height) => Math.Max(3, height - FrameLines);

    private static IRenderable SideBySide(IRenderable left, IRenderable right) =>
        new Grid().Expand().AddColumn(new GridColumn().PadLeft(0)).AddColumn(new GridColumn().PadRight(0)).AddRow(left, right);

    private static Markup RenderHeader(OverviewSnapshot overview, string? warning) => warning is null
        ? new Markup($"[bold]Outreach[/]  position {Markup.Escape(overview.Position)}  [dim]{DateTime.Now:HH:mm:ss}, Ctrl+C to exit[/]")
        : new Markup($"[bold]Outreach[/]  [yellow]{Markup.Escape(warning)}[/]");

    private static Table RenderFigures(OverviewSnapshot overview)
    {
        var total = overview.Total;
        var table = new Table().Border(TableBorder.Rounded).Expand();
        foreach (var name in FigureNames)
            table.AddColumn(new TableColumn(name).RightAligned().PadLeft(0));
        return table.AddRow(
            $"{total.Encounters:N0}", $"{total.Contacts:N0}", $"{total.UnitsDistributed:N0}", $"{total.DosesDistributed:N0}", $"[green]{total.Reversals:N0}[/]",
            $"{total.SyringesDistributed:N0}", $"{total.SyringesReturned:N0}", Highlight(overview.ShortfallsOpen), Highlight(overview.HeldOpen));
    }

    private static Panel RenderDays(OverviewSnapshot overview, int lines)
    {
        var days = overview.LastDays(lines);
        IRenderable chart = days.Count == 0
            ? new Text("no data yet")
            : new BarChart().AddItems(days.Select(d => new BarChartItem(d.Day, d.Units, Color.Green)));
        return new Panel(chart).Header("units handed out, last days").Expand();
    }

    private static Panel RenderShelves(OverviewSnapshot overview, int lines)
    {
        var shelves = overview.ShelvesToCheck();
        var table = new Table().Border(TableBorder.None).AddColumns("shelf", "on hand", "7 days", "short", "expired");
        // One line is for the header, one for the number of shelves that do not fit.
        foreach (var (shelf, week) in shelves.Take(lines - 2))
        {
            var name = shelf.SiteId.Length == 0 ? shelf.ProductId : $"{shelf.SiteId} {shelf.ProductId}";
            table.AddRow(Markup.Escape(name), $"{shelf.OnHand:N0}", $"{week:N0}", Highlight(shelf.Shortfall), Highlight(shelf.Expired));
        }
        if (shelves.Count > lines - 2)
            table.AddRow($"[dim]and {shelves.Count - lines + 2} more[/]");
        return new Panel(shelves.Count == 0 ? new Text("none") : table).Header("shelves low, short or expired").Expand();
    }

    private static string Highlight(long count) => count > 0 ? $"[yellow]{count:N0}[/]" : "0";
}
