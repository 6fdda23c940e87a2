using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Encounters.V1;
using Encounter = Outreach.Protocol.Encounters.V1.Encounter;

namespace Outreach.Server.Tests.Reports;

/// <summary>What the figures say, on every store, through the real server.</summary>
public abstract class OverviewContract(ServerFixture fixture)
{
    private readonly Program program = new(fixture.Server.Channel);

    [Fact]
    public async Task An_encounter_counts_as_it_was_told()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(Whole(site));

        var overview = await program.AskAsync(At(site));

        Assert.Equal(
            new Figures { Encounters = 1, People = 1, Units = 12, Doses = 4, Reversals = 1, SyringesOut = 10, SyringesIn = 5 }, overview.Total);
        var row = Assert.Single(overview.Rows);
        Assert.Equal((site, "2026-03-10", overview.Total), (row.SiteId, row.PeriodStart, row.Figures));
        Assert.Equal(
            [new ProductFigures { ProductId = Program.Spray, Units = 2, Doses = 4 }, new ProductFigures { ProductId = Program.Syringe, Units = 10 }], row.Products);
    }

    [Fact]
    public async Task What_was_corrected_counts_as_it_says_now_and_on_the_day_it_says_now()
    {
        var site = await program.OpenSiteAsync();
        var encounter = await program.LogAsync(Whole(site));

        await program.CorrectAsync(encounter, Program.Encounter(site, "2026-03-12T16:00:00Z", (Program.Spray, 1)));

        var overview = await program.AskAsync(At(site));
        Assert.Equal(new Figures { Encounters = 1, People = 1, Units = 1, Doses = 2 }, overview.Total);
        var row = Assert.Single(overview.Rows);
        Assert.Equal(("2026-03-12", overview.Total), (row.PeriodStart, row.Figures));
        Assert.Equal([new ProductFigures { ProductId = Program.Spray, Units = 1, Doses = 2 }], row.Products);
    }

    [Fact]
    public async Task What_was_voided_leaves_no_row_behind()
    {
        var site = await program.OpenSiteAsync();
        var encounter = await program.LogAsync(Whole(site));
        await program.CorrectAsync(encounter, Program.Encounter(site, "2026-03-12T16:00:00Z", (Program.Spray, 1)));

        await program.VoidAsync(encounter);

        var overview = await program.AskAsync(At(site));
        Assert.Equal(new Figures(), overview.Total);
        Assert.Empty(overview.Rows);
        Assert.DoesNotContain(overview.Shelves, shelf => shelf.Shortfall != 0);
    }

    [Fact]
    public async Task A_bulk_record_is_one_encounter_of_many_people()
    {
        var site = await program.OpenSiteAsync();
        var month = Program.Encounter(site, "2026-03-01T17:00:00Z", (Program.Syringe, 4_000));
        month.Bulk = new Bulk { People = 310, LastDay = "2026-03-31" };
        await program.LogAsync(month);
        await program.LogAsync(site, "2026-03-02T17:00:00Z", (Program.Syringe, 10));

        Assert.Equal(
            new Figures { Encounters = 2, People = 311, Units = 4_010, SyringesOut = 4_010 }, (await program.AskAsync(At(site))).Total);
    }

    [Fact]
    public async Task Both_bounds_of_a_period_are_within_it()
    {
        var site = await program.OpenSiteAsync();
        foreach (var day in Enumerable.Range(8, 5))
            await program.LogAsync(site, $"2026-03-{day:00}T16:00:00Z", (Program.Spray, 1));

        Assert.Equal(["2026-03-09", "2026-03-10", "2026-03-11"], await DaysAsync("2026-03-09", "2026-03-11"));
        Assert.Equal(["2026-03-11", "2026-03-12"], await DaysAsync("2026-03-11", ""));
        Assert.Equal(["2026-03-08"], await DaysAsync("", "2026-03-08"));
        Assert.Empty(await DaysAsync("2026-04-01", "2026-04-30"));

        async Task<IEnumerable<string>> DaysAsync(string from, string to)
        {
            var query = At(site);
            (query.FromDay, query.ToDay) = (from, to);
            var overview = await program.AskAsync(query);
            Assert.Equal(overview.Rows.Count, overview.Total.Encounters);
            return overview.Rows.Select(row => row.PeriodStart);
        }
    }

    [Fact]
    public async Task A_day_is_a_day_where_the_site_is()
    {
        var (east, west) = (await program.OpenSiteAsync("America/New_York"), await program.OpenSiteAsync("America/Los_Angeles"));
        // Half past one at night in the east is half past ten of the evening before in the west.
        await program.LogAsync(east, "2026-03-10T05:30:00Z", (Program.Spray, 1));
        await program.LogAsync(west, "2026-03-10T05:30:00Z", (Program.Spray, 2));
        var query = At(east, west);

        Assert.Equal(
            new[] { (east, "2026-03-10", 1L), (west, "2026-03-09", 2L) }.Order(),
            (await program.AskAsync(query)).Rows.Select(row => (row.SiteId, row.PeriodStart, row.Figures.Units)).Order());
        (query.FromDay, query.BySite) = ("2026-03-10", false);
        Assert.Equal(1, (await program.AskAsync(query)).Total.Units);
    }

    [Theory]
    [InlineData(Span.Day, "2025-12-31 2026-01-01 2026-01-04 2026-01-05 2026-02-01 2026-04-01")]
    [InlineData(Span.Week, "2025-12-29 2026-01-05 2026-01-26 2026-03-30")]
    [InlineData(Span.Month, "2025-12-01 2026-01-01 2026-02-01 2026-04-01")]
    [InlineData(Span.Quarter, "2025-10-01 2026-01-01 2026-04-01")]
    [InlineData(Span.Year, "2025-01-01 2026-01-01")]
    public async Task Rows_are_split_by_the_calendar(Span span, string starts)
    {
        var site = await program.OpenSiteAsync();
        string[] days = ["2025-12-31", "2026-01-01", "2026-01-04", "2026-01-05", "2026-02-01", "2026-04-01"];
        foreach (var day in days)
            await program.LogAsync(site, $"{day}T17:00:00Z", (Program.Spray, 1));
        var query = At(site);
        query.Span = span;

        var overview = await program.AskAsync(query);

        Assert.Equal(starts.Split(' '), overview.Rows.Select(row => row.PeriodStart));
        Assert.Equal(days.Length, overview.Rows.Sum(row => row.Figures.Encounters));
        Assert.Equal(days.Length, overview.Rows.Sum(row => row.Products.Single().Units));
        Assert.Equal(days.Length, overview.Total.Units);
    }

    [Fact]
    public async Task Without_a_split_all_is_in_one_row()
    {
        var (one, other) = (await program.OpenSiteAsync(), await program.OpenSiteAsync());
        await program.LogAsync(one, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        await program.LogAsync(other, "2026-03-10T16:00:00Z", (Program.Spray, 2));

        var overview = await program.AskAsync(new OverviewQuery { SiteIds = { one, other }, FromDay = "2026-03-09" });

        var row = Assert.Single(overview.Rows);
        Assert.Equal(("", "2026-03-09", 3), (row.SiteId, row.PeriodStart, row.Figures.Units));
        Assert.Equal(("", -3), (Assert.Single(overview.Shelves).SiteId, overview.Shelves[0].OnHand));
    }

    [Fact]
    public async Task A_product_narrows_what_is_of_a_product_and_nothing_else()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(Whole(site));
        await program.LogAsync(site, "2026-03-11T16:00:00Z", (Program.Spray, 1));
        var query = At(site);
        query.ProductIds.Add(Program.Syringe);

        var overview = await program.AskAsync(query);

        Assert.Equal(
            new Figures { Encounters = 2, People = 2, Units = 10, Reversals = 1, SyringesOut = 10, SyringesIn = 5 }, overview.Total);
        Assert.Equal([Program.Syringe], overview.Shelves.Select(shelf => shelf.ProductId));
        query.ProductIds.Add(Program.Spray);
        Assert.Equal((await program.AskAsync(At(site))).Total, (await program.AskAsync(query)).Total);
    }

    [Fact]
    public async Task Syringes_count_by_the_category_when_they_were_recorded_whatever_was_asked_for()
    {
        var site = await program.OpenSiteAsync();
        var pack = await program.AddPackAsync(Category.Syringes);
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (pack, 3));
        await program.PutAsync(pack, Category.SaferInjecting);

        var query = At(site);
        Assert.Equal(30, (await program.AskAsync(query)).Total.SyringesOut);
        query.ProductIds.Add(pack);
        Assert.Equal(30, (await program.AskAsync(query)).Total.SyringesOut);
    }

    [Fact]
    public async Task Shelves_say_what_is_there_what_has_expired_and_what_the_books_could_not_cover()
    {
        var site = await program.OpenSiteAsync();
        await program.ReceiveAsync(site, Program.Spray, 10, "GOOD", "2199-12-31");
        await program.ReceiveAsync(site, Program.Spray, 4, "OLD", "2020-01-31");
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (Program.Spray, 3), (Program.Syringe, 7));
        var held = Program.Encounter(site, "2026-03-10T16:00:00Z", ("unheard-of", 1));
        await program.LogAsync(held);

        var overview = await program.AskAsync(At(site));

        Assert.Equal(
            [
                new ShelfFigures { SiteId = site, ProductId = Program.Spray, OnHand = 11, Expired = 4 },
                new ShelfFigures { SiteId = site, ProductId = Program.Syringe, OnHand = -7, Shortfall = 7 },
            ],
            overview.Shelves);
        Assert.Equal((1, 1), (overview.ShortfallsOpen, overview.HeldOpen));
    }

    [Fact]
    public async Task The_whole_program_is_the_sum_of_its_sites()
    {
        foreach (var zone in new[] { "America/New_York", "America/Los_Angeles" })
            await program.LogAsync(Whole(await program.OpenSiteAsync(zone)));
        var whole = new OverviewQuery { Span = Span.Month };

        var sums = await program.AskAsync(whole);
        var split = await program.AskAsync(new OverviewQuery { Span = Span.Month, BySite = true });

        Assert.Equal(split.Total, sums.Total);
        Assert.Equal(
            split.Rows.GroupBy(row => row.PeriodStart, row => row.Figures.Units).Select(month => (month.Key, month.Sum())).Order(),
            sums.Rows.Select(row => (row.PeriodStart, row.Figures.Units)));
        Assert.Equal(
            split.Rows.SelectMany(row => row.Products).GroupBy(of => of.ProductId, of => of.Doses).Select(of => (of.Key, of.Sum())).Order(),
            sums.Rows.SelectMany(row => row.Products).GroupBy(of => of.ProductId, of => of.Doses).Select(of => (of.Key, of.Sum())).Order());
    }

    private static OverviewQuery At(params ReadOnlySpan<string> sites) => new() { SiteIds = { sites.ToArray() }, Span = Span.Day, BySite = true };

    /// <summary>Two boxes of spray, ten syringes, five came back, one reversal; on 10 March in New York and Los Angeles.</summary>
    private static Encounter Whole(string site)
    {
        var encounter = Program.Encounter(site, "2026-03-10T16:00:00Z", (Program.Spray, 2), (Program.Syringe, 10));
        encounter.SyringesReturned = new SyringesReturned { Count = 5 };
        encounter.OverdoseReport = new OverdoseReport { OverdosesSeen = 1, Reversals = 1, DosesUsed = 2 };
        return encounter;
    }
}

public sealed class OverviewOnSqliteTests(ServerOnSqlite server) : OverviewContract(server), IClassFixture<ServerOnSqlite>;

public sealed class OverviewOnPostgresTests(ServerOnPostgres server) : OverviewContract(server), IClassFixture<ServerOnPostgres>;
