using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Encounters.V1;
using Encounter = Outreach.Protocol.Encounters.V1.Encounter;

namespace Outreach.Server.Tests.Reports;

/// <summary>The figures of the overview, on every store and through the real server.</summary>
public abstract class OverviewContract(ServerFixture fixture)
{
    private readonly ReportScenario program = new(fixture.Server.Channel);

    [Fact]
    public async Task An_encounter_counts_in_every_figure()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(FullEncounter(site));

        var overview = await program.GetOverviewAsync(QueryFor(site));

        Assert.Equal(
            new Figures
            {
                Encounters = 1, Contacts = 1, UnitsDistributed = 12, DosesDistributed = 4, Reversals = 1, SyringesDistributed = 10, SyringesReturned = 5,
                PeopleTrained = 3, OverdosesSeen = 2, DosesUsed = 4,
            },
            overview.Total);
        var row = Assert.Single(overview.Rows);
        Assert.Equal((site, "2026-03-10", overview.Total), (row.SiteId, row.PeriodStart, row.Figures));
        Assert.Equal(
            [
                new ProductFigures { ProductId = ReportScenario.Spray, UnitsDistributed = 2, DosesDistributed = 4 },
                new ProductFigures { ProductId = ReportScenario.Syringe, UnitsDistributed = 10, SyringesDistributed = 10 },
            ],
            row.Products);
        Assert.Equal(
            [new ReferralFigures { Kind = ReferralKind.Medication, Referrals = 1 }, new ReferralFigures { Kind = ReferralKind.Housing, Referrals = 1 }],
            row.Referrals);
    }

    [Fact]
    public async Task Sums_come_by_site_and_by_day_and_not_by_both()
    {
        var (site, other) = (await program.OpenSiteAsync(), await program.OpenSiteAsync());
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 1));
        await program.LogAsync(site, "2026-03-11T16:00:00Z", (ReportScenario.Spray, 2));
        await program.LogAsync(other, "2026-03-11T16:00:00Z", (ReportScenario.Spray, 4));

        var overview = await program.GetOverviewAsync(new OverviewQuery { SiteIds = { site, other }, Span = Span.Day, BySite = true, Sums = true });

        Assert.Equal(7, overview.Total.UnitsDistributed);
        Assert.Equal(
            [("", "", 7L), (site, "", 3), (other, "", 4), ("", "2026-03-10", 1), ("", "2026-03-11", 6)],
            overview.Rows.Select(row => (row.SiteId, row.PeriodStart, row.Figures.UnitsDistributed)));
        Assert.Equal([7L, 0, 0, 0, 0], overview.Rows.Select(row => row.Products.Sum(product => product.UnitsDistributed)));
        Assert.Equal([("", 7L), (other, 4), (site, 3)], overview.Shelves.Select(shelf => (shelf.SiteId, shelf.Shortfall)));
    }

    [Fact]
    public async Task A_corrected_encounter_counts_with_its_new_values_on_its_new_day()
    {
        var site = await program.OpenSiteAsync();
        var encounter = await program.LogAsync(FullEncounter(site));

        await program.CorrectAsync(encounter, ReportScenario.Encounter(site, "2026-03-12T16:00:00Z", (ReportScenario.Spray, 1)));

        var overview = await program.GetOverviewAsync(QueryFor(site));
        Assert.Equal(new Figures { Encounters = 1, Contacts = 1, UnitsDistributed = 1, DosesDistributed = 2 }, overview.Total);
        var row = Assert.Single(overview.Rows);
        Assert.Equal(("2026-03-12", overview.Total), (row.PeriodStart, row.Figures));
        Assert.Equal([new ProductFigures { ProductId = ReportScenario.Spray, UnitsDistributed = 1, DosesDistributed = 2 }], row.Products);
    }

    [Fact]
    public async Task A_voided_encounter_leaves_no_row()
    {
        var site = await program.OpenSiteAsync();
        var encounter = await program.LogAsync(FullEncounter(site));
        await program.CorrectAsync(encounter, ReportScenario.Encounter(site, "2026-03-12T16:00:00Z", (ReportScenario.Spray, 1)));

        await program.VoidAsync(encounter);

        var overview = await program.GetOverviewAsync(QueryFor(site));
        Assert.Equal(new Figures(), overview.Total);
        Assert.Empty(overview.Rows);
        Assert.DoesNotContain(overview.Shelves, shelf => shelf.Shortfall != 0);
    }

    [Fact]
    public async Task A_bulk_record_is_one_encounter_of_many_people()
    {
        var site = await program.OpenSiteAsync();
        var month = ReportScenario.Encounter(site, "2026-03-01T17:00:00Z", (ReportScenario.Syringe, 4_000));
        month.Bulk = new Bulk { People = 310, LastDay = "2026-03-31" };
        await program.LogAsync(month);
        await program.LogAsync(site, "2026-03-02T17:00:00Z", (ReportScenario.Syringe, 10));

        Assert.Equal(
            new Figures { Encounters = 2, Contacts = 311, UnitsDistributed = 4_010, SyringesDistributed = 4_010 }, (await program.GetOverviewAsync(QueryFor(site))).Total);
    }

    [Fact]
    public async Task The_first_and_last_day_of_a_period_are_included()
    {
        var site = await program.OpenSiteAsync();
        foreach (var day in Enumerable.Range(8, 5))
            await program.LogAsync(site, $"2026-03-{day:00}T16:00:00Z", (ReportScenario.Spray, 1));

        Assert.Equal(["2026-03-09", "2026-03-10", "2026-03-11"], await DaysAsync("2026-03-09", "2026-03-11"));
        Assert.Equal(["2026-03-11", "2026-03-12"], await DaysAsync("2026-03-11", ""));
        Assert.Equal(["2026-03-08"], await DaysAsync("", "2026-03-08"));
        Assert.Empty(await DaysAsync("2026-04-01", "2026-04-30"));

        async Task<IEnumerable<string>> DaysAsync(string from, string to)
        {
            var query = QueryFor(site);
            (query.FromDay, query.ToDay) = (from, to);
            var overview = await program.GetOverviewAsync(query);
            Assert.Equal(overview.Rows.Count, overview.Total.Encounters);
            return overview.Rows.Select(row => row.PeriodStart);
        }
    }

    [Fact]
    public async Task Days_are_in_the_time_zone_of_the_site()
    {
        var (east, west) = (await program.OpenSiteAsync("America/New_York"), await program.OpenSiteAsync("America/Los_Angeles"));
        // 1:30 in New York is 22:30 of the previous day in Los Angeles.
        await program.LogAsync(east, "2026-03-10T05:30:00Z", (ReportScenario.Spray, 1));
        await program.LogAsync(west, "2026-03-10T05:30:00Z", (ReportScenario.Spray, 2));
        var query = QueryFor(east, west);

        Assert.Equal(
            new[] { (east, "2026-03-10", 1L), (west, "2026-03-09", 2L) }.Order(),
            (await program.GetOverviewAsync(query)).Rows.Select(row => (row.SiteId, row.PeriodStart, row.Figures.UnitsDistributed)).Order());
        (query.FromDay, query.BySite) = ("2026-03-10", false);
        Assert.Equal(1, (await program.GetOverviewAsync(query)).Total.UnitsDistributed);
    }

    [Theory]
    [InlineData(Span.Day, "2025-12-31 2026-01-01 2026-01-04 2026-01-05 2026-02-01 2026-04-01")]
    [InlineData(Span.Week, "2025-12-29 2026-01-05 2026-01-26 2026-03-30")]
    [InlineData(Span.Month, "2025-12-01 2026-01-01 2026-02-01 2026-04-01")]
    [InlineData(Span.Quarter, "2025-10-01 2026-01-01 2026-04-01")]
    [InlineData(Span.Year, "2025-01-01 2026-01-01")]
    public async Task Rows_are_split_by_calendar_periods(Span span, string starts)
    {
        var site = await program.OpenSiteAsync();
        string[] days = ["2025-12-31", "2026-01-01", "2026-01-04", "2026-01-05", "2026-02-01", "2026-04-01"];
        foreach (var day in days)
            await program.LogAsync(site, $"{day}T17:00:00Z", (ReportScenario.Spray, 1));
        var query = QueryFor(site);
        query.Span = span;

        var overview = await program.GetOverviewAsync(query);

        Assert.Equal(starts.Split(' '), overview.Rows.Select(row => row.PeriodStart));
        Assert.Equal(days.Length, overview.Rows.Sum(row => row.Figures.Encounters));
        Assert.Equal(days.Length, overview.Rows.Sum(row => row.Products.Single().UnitsDistributed));
        Assert.Equal(days.Length, overview.Total.UnitsDistributed);
    }

    [Fact]
    public async Task Without_a_split_there_is_one_row()
    {
        var (one, other) = (await program.OpenSiteAsync(), await program.OpenSiteAsync());
        await program.LogAsync(one, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        await program.LogAsync(other, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 2));

        var overview = await program.GetOverviewAsync(new OverviewQuery { SiteIds = { one, other }, FromDay = "2026-03-09" });

        var row = Assert.Single(overview.Rows);
        Assert.Equal(("", "2026-03-09", 3), (row.SiteId, row.PeriodStart, row.Figures.UnitsDistributed));
        Assert.Equal(("", -3), (Assert.Single(overview.Shelves).SiteId, overview.Shelves[0].OnHand));
    }

    [Fact]
    public async Task A_product_filter_limits_only_product_figures()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(FullEncounter(site));
        await program.LogAsync(site, "2026-03-11T16:00:00Z", (ReportScenario.Spray, 1));
        var query = QueryFor(site);
        query.ProductIds.Add(ReportScenario.Syringe);

        var overview = await program.GetOverviewAsync(query);

        Assert.Equal(
            new Figures
            {
                Encounters = 2, Contacts = 2, UnitsDistributed = 10, Reversals = 1, SyringesDistributed = 10, SyringesReturned = 5,
                PeopleTrained = 3, OverdosesSeen = 2, DosesUsed = 4,
            },
            overview.Total);
        Assert.Equal([ReportScenario.Syringe], overview.Shelves.Select(shelf => shelf.ProductId));
        query.ProductIds.Add(ReportScenario.Spray);
        Assert.Equal((await program.GetOverviewAsync(QueryFor(site))).Total, (await program.GetOverviewAsync(query)).Total);
    }

    [Fact]
    public async Task Syringes_count_by_the_category_at_the_time_of_recording()
    {
        var site = await program.OpenSiteAsync();
        var pack = await program.AddPackAsync(Category.Syringes);
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (pack, 3));
        await program.ChangeCategoryAsync(pack, Category.SaferInjecting);

        var query = QueryFor(site);
        Assert.Equal(30, (await program.GetOverviewAsync(query)).Total.SyringesDistributed);
        query.ProductIds.Add(pack);
        Assert.Equal(30, (await program.GetOverviewAsync(query)).Total.SyringesDistributed);
    }

    [Fact]
    public async Task Referrals_are_summed_by_kind_whatever_the_filter_on_products()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(FullEncounter(site));
        var other = ReportScenario.Encounter(site, "2026-03-12T16:00:00Z");
        other.Referrals.Add(ReferralKind.Housing);
        await program.LogAsync(other);

        var overview = await program.GetOverviewAsync(
            new OverviewQuery { SiteIds = { site }, Span = Span.Month, ProductIds = { ReportScenario.Syringe } });

        Assert.Equal(
            [new ReferralFigures { Kind = ReferralKind.Medication, Referrals = 1 }, new ReferralFigures { Kind = ReferralKind.Housing, Referrals = 2 }],
            Assert.Single(overview.Rows).Referrals);
    }

    [Fact]
    public async Task Shelves_show_stock_on_hand_expired_stock_and_shortfalls()
    {
        var site = await program.OpenSiteAsync();
        await program.ReceiveAsync(site, ReportScenario.Spray, 10, "GOOD", "2199-12-31");
        await program.ReceiveAsync(site, ReportScenario.Spray, 4, "OLD", "2020-01-31");
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 3), (ReportScenario.Syringe, 7));
        var held = ReportScenario.Encounter(site, "2026-03-10T16:00:00Z", ("unknown-product", 1));
        await program.LogAsync(held);

        var overview = await program.GetOverviewAsync(QueryFor(site));

        Assert.Equal(
            [
                new ShelfFigures { SiteId = site, ProductId = ReportScenario.Spray, OnHand = 11, Expired = 4 },
                new ShelfFigures { SiteId = site, ProductId = ReportScenario.Syringe, OnHand = -7, Shortfall = 7 },
            ],
            overview.Shelves);
        Assert.Equal((1, 1), (overview.ShortfallsOpen, overview.HeldOpen));
    }

    [Fact]
    public async Task Figures_of_the_program_are_the_sum_of_its_sites()
    {
        foreach (var zone in new[] { "America/New_York", "America/Los_Angeles" })
            await program.LogAsync(FullEncounter(await program.OpenSiteAsync(zone)));
        var whole = new OverviewQuery { Span = Span.Month };

        var sums = await program.GetOverviewAsync(whole);
        var split = await program.GetOverviewAsync(new OverviewQuery { Span = Span.Month, BySite = true });

        Assert.Equal(split.Total, sums.Total);
        Assert.Equal(
            split.Rows.GroupBy(row => row.PeriodStart, row => row.Figures.UnitsDistributed).Select(month => (month.Key, month.Sum())).Order(),
            sums.Rows.Select(row => (row.PeriodStart, row.Figures.UnitsDistributed)));
        Assert.Equal(
            split.Rows.SelectMany(row => row.Products).GroupBy(product => product.ProductId, product => product.DosesDistributed).Select(group => (group.Key, group.Sum())).Order(),
            sums.Rows.SelectMany(row => row.Products).GroupBy(product => product.ProductId, product => product.DosesDistributed).Select(group => (group.Key, group.Sum())).Order());
        Assert.Equal(SumReferrals(split), SumReferrals(sums));
    }

    private static IEnumerable<(ReferralKind, long)> SumReferrals(Overview overview) =>
        overview.Rows.SelectMany(row => row.Referrals).GroupBy(referral => referral.Kind, referral => referral.Referrals).Select(group => (group.Key, group.Sum())).Order();

    private static OverviewQuery QueryFor(params ReadOnlySpan<string> sites) => new() { SiteIds = { sites.ToArray() }, Span = Span.Day, BySite = true };

    /// <summary>Something in every figure, on 10 March in New York and Los Angeles.</summary>
    private static Encounter FullEncounter(string site)
    {
        var encounter = ReportScenario.Encounter(site, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 2), (ReportScenario.Syringe, 10));
        encounter.SyringesReturned = new SyringesReturned { Count = 5 };
        encounter.OverdoseReport = new OverdoseReport { OverdosesSeen = 2, Reversals = 1, DosesUsed = 4 };
        encounter.PeopleTrained = 3;
        encounter.Referrals.Add([ReferralKind.Housing, ReferralKind.Medication]);
        return encounter;
    }
}
