using Outreach.Protocol.Reports.V1;
using Outreach.Tool.Watch;
using Spectre.Console;

namespace Outreach.Server.Tests.Tool;

public class OverviewSnapshotTests
{
    private readonly OverviewSnapshot state = new();

    public OverviewSnapshotTests() => state.Apply(new WatchOverviewResponse
    {
        Position = "1",
        IsSnapshot = true,
        Overview = new Overview
        {
            Total = new Figures { Encounters = 2, UnitsDistributed = 30 },
            Rows = { Row("", "2026-01-01", 10), Row("", "2026-01-02", 20) },
            Shelves = { new ShelfFigures { ProductId = "spray", OnHand = 40 }, new ShelfFigures { ProductId = "strips", Shortfall = 2 } },
            ShortfallsOpen = 1,
        },
    });

    [Fact]
    public void A_change_replaces_what_it_names_and_leaves_the_rest()
    {
        state.Apply(new WatchOverviewResponse
        {
            Position = "2",
            Overview = new Overview { Total = new Figures { Encounters = 3, UnitsDistributed = 35 }, Rows = { Row("", "2026-01-02", 25) } },
        });
        Assert.Equal([("2026-01-01", 10), ("2026-01-02", 25)], state.LastDays(7).Select(d => (d.Day, (int)d.Units)));
        Assert.Equal(("2", 3), (state.Position, (int)state.Total.Encounters));
    }

    [Fact]
    public void A_day_with_only_zeros_is_removed()
    {
        state.Apply(new WatchOverviewResponse
        {
            Position = "2",
            Overview = new Overview { Rows = { new OverviewRow { PeriodStart = "2026-01-02", Figures = new Figures() } } },
        });
        Assert.Equal(["2026-01-01"], state.LastDays(7).Select(d => d.Day));
    }

    [Fact]
    public void A_new_first_state_forgets_the_one_before()
    {
        state.Apply(new WatchOverviewResponse { Position = "9", IsSnapshot = true, Overview = new Overview { Total = new Figures() } });
        Assert.Empty(state.LastDays(7));
        Assert.Empty(state.ShelvesToCheck());
    }

    [Fact]
    public void Low_shelves_are_listed_with_shortfalls_first()
    {
        Assert.Equal(["strips"], state.ShelvesToCheck().Select(s => s.Shelf.ProductId));
        state.Apply(new WatchOverviewResponse
        {
            Position = "2",
            Overview = new Overview { Shelves = { new ShelfFigures { ProductId = "spray", OnHand = 29 } } },
        });
        Assert.Equal([("strips", 0L), ("spray", 30L)], state.ShelvesToCheck().Select(s => (s.Shelf.ProductId, s.LastSevenDays)));
    }

    [Theory]
    [InlineData(130, 24)]
    [InlineData(80, 22)]
    [InlineData(20, 5)]
    public void It_can_be_drawn_at_any_size(int width, int height)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        console.Write(OverviewRenderer.Render(state, "cut off [x]", (width, height)));
        Assert.Contains("cut off", text.ToString(), StringComparison.Ordinal);
        var lines = text.ToString().Split(Environment.NewLine);
        Assert.InRange(lines.Length, 2, height);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
    }

    private static OverviewRow Row(string site, string day, int units) => new()
    {
        SiteId = site,
        PeriodStart = day,
        Figures = new Figures { UnitsDistributed = units },
        Products = { new ProductFigures { ProductId = "spray", UnitsDistributed = units } },
    };
}
