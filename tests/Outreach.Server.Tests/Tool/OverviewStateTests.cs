using Outreach.Protocol.Reports.V1;
using Outreach.Tool.Watch;
using Spectre.Console;

namespace Outreach.Server.Tests.Tool;

public class OverviewStateTests
{
    private readonly OverviewState state = new();

    public OverviewStateTests() => state.Take(new WatchOverviewResponse
    {
        Position = "1",
        FirstState = true,
        Overview = new Overview
        {
            Total = new Figures { Encounters = 2, Units = 30 },
            Rows = { Row("", "2026-01-01", 10), Row("", "2026-01-02", 20) },
            Shelves = { new ShelfFigures { ProductId = "spray", OnHand = 40 }, new ShelfFigures { ProductId = "strips", Shortfall = 2 } },
            ShortfallsOpen = 1,
        },
    });

    [Fact]
    public void A_change_replaces_what_it_names_and_leaves_the_rest()
    {
        state.Take(new WatchOverviewResponse
        {
            Position = "2",
            Overview = new Overview { Total = new Figures { Encounters = 3, Units = 35 }, Rows = { Row("", "2026-01-02", 25) } },
        });
        Assert.Equal([("2026-01-01", 10), ("2026-01-02", 25)], state.LastDays(7).Select(d => (d.Day, (int)d.Units)));
        Assert.Equal(("2", 3), (state.Position, (int)state.Total.Encounters));
    }

    [Fact]
    public void A_day_of_which_nothing_is_left_is_none_that_had_any()
    {
        state.Take(new WatchOverviewResponse
        {
            Position = "2",
            Overview = new Overview { Rows = { new OverviewRow { PeriodStart = "2026-01-02", Figures = new Figures() } } },
        });
        Assert.Equal(["2026-01-01"], state.LastDays(7).Select(d => d.Day));
    }

    [Fact]
    public void A_new_first_state_forgets_the_one_before()
    {
        state.Take(new WatchOverviewResponse { Position = "9", FirstState = true, Overview = new Overview { Total = new Figures() } });
        Assert.Empty(state.LastDays(7));
        Assert.Empty(state.Shelves());
    }

    [Fact]
    public void A_shelf_is_low_with_less_than_the_last_seven_days_and_the_short_come_first()
    {
        Assert.Equal(["strips"], state.Shelves().Select(s => s.Shelf.ProductId));
        state.Take(new WatchOverviewResponse
        {
            Position = "2",
            Overview = new Overview { Shelves = { new ShelfFigures { ProductId = "spray", OnHand = 29 } } },
        });
        Assert.Equal([("strips", 0L), ("spray", 30L)], state.Shelves().Select(s => (s.Shelf.ProductId, s.LastSevenDays)));
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
        console.Write(OverviewDrawing.Draw(state, "cut off [x]", (width, height)));
        Assert.Contains("cut off", text.ToString(), StringComparison.Ordinal);
        var lines = text.ToString().Split(Environment.NewLine);
        Assert.InRange(lines.Length, 2, height);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
    }

    private static OverviewRow Row(string site, string day, int units) => new()
    {
        SiteId = site,
        PeriodStart = day,
        Figures = new Figures { Units = units },
        Products = { new ProductFigures { ProductId = "spray", Units = units } },
    };
}
