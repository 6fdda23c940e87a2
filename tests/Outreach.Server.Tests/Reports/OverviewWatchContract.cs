using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Reports;

namespace Outreach.Server.Tests.Reports;

/// <summary>What those who watch an overview are told, on every store.</summary>
public abstract class OverviewWatchContract(ServerFixture fixture)
{
    private readonly Program program = new(fixture.Server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_state_is_followed_by_what_each_commit_changes()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        using var watch = program.Watch(At(site));

        var first = await watch.NextAsync();
        Assert.True(first.FirstState);
        Assert.Equal(await program.AskAsync(At(site)), first.Overview);

        await program.LogAsync(site, "2026-03-10T16:00:00Z", (Program.Spray, 2));
        var change = await watch.NextAsync();

        Assert.False(change.FirstState);
        Assert.True(Number(change) > Number(first));
        Assert.Equal(("2026-03-10", 2), (Assert.Single(change.Overview.Rows).PeriodStart, change.Overview.Rows[0].Figures.Units));
        Assert.Equal((3, -3), (change.Overview.Total.Units, Assert.Single(change.Overview.Shelves).OnHand));
    }

    [Fact]
    public async Task A_row_that_goes_is_told_with_nothing_in_it()
    {
        var site = await program.OpenSiteAsync();
        var encounter = await program.LogAsync(site, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        using var watch = program.Watch(At(site));
        await watch.NextAsync();

        await program.VoidAsync(encounter);
        var change = await watch.NextAsync();

        Assert.Equal([new OverviewRow { SiteId = site, PeriodStart = "2026-03-09", Figures = new Figures() }], change.Overview.Rows);
        Assert.Equal([new ShelfFigures { SiteId = site, ProductId = Program.Spray }], change.Overview.Shelves);
        Assert.Equal(new Figures(), change.Overview.Total);
    }

    [Fact]
    public async Task Who_comes_back_is_sent_only_what_has_changed_since()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        WatchOverviewResponse first;
        using (var watch = program.Watch(At(site)))
            first = await watch.NextAsync();
        // What happens elsewhere moves the ledger on, and changes nothing here.
        await program.LogAsync(await program.OpenSiteAsync(), "2026-03-09T16:00:00Z", (Program.Spray, 1));

        using var again = program.Watch(At(site), first.Position);
        var sign = await again.NextAsync();
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (Program.Spray, 2));
        var change = await again.NextAsync();

        Assert.Equal((false, 0, first.Overview.Total), (sign.FirstState, sign.Overview.Rows.Count, sign.Overview.Total));
        Assert.Equal((false, "2026-03-10"), (change.FirstState, Assert.Single(change.Overview.Rows).PeriodStart));
    }

    [Fact]
    public async Task Who_comes_back_after_a_change_is_sent_everything()
    {
        var site = await program.OpenSiteAsync();
        WatchOverviewResponse first;
        using (var watch = program.Watch(At(site)))
            first = await watch.NextAsync();
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (Program.Spray, 2));

        using var again = program.Watch(At(site), first.Position);

        var state = await again.NextAsync();
        Assert.Equal((true, 2), (state.FirstState, state.Overview.Total.Units));
    }

    [Fact]
    public async Task A_position_that_never_was_is_answered_with_everything()
    {
        using var watch = program.Watch(At(await program.OpenSiteAsync()), long.MaxValue.ToString(CultureInfo.InvariantCulture));

        Assert.True((await watch.NextAsync()).FirstState);
    }

    [Fact]
    public async Task No_commit_is_lost_between_a_position_and_the_figures_sent_with_it()
    {
        var site = await program.OpenSiteAsync();
        var (position, units) = ("", -1L);
        var logging = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
                await program.LogAsync(site, "2026-03-10T16:00:00Z", (Program.Spray, 1));
        }, Cancel);
        // Whoever comes back with a position has seen all up to it: they are told of nothing more only where nothing more happened.
        while (units < 200)
        {
            using var watch = program.Watch(At(site), position);
            var response = await watch.NextAsync();
            Assert.True(response.FirstState ? response.Overview.Total.Units > units : response.Overview.Total.Units == units);
            (position, units) = (response.Position, response.Overview.Total.Units);
        }
        await logging;
    }

    [Fact]
    public async Task A_silent_line_is_told_from_a_dead_one()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        using var hub = await HubAsync(fixture.Server.Part<ILedger>(), quiet: TimeSpan.FromMilliseconds(50));
        await using var watch = hub.WatchAsync((OverviewAsk.Parse(At(site)) with { Organizations = ["main"] }), "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await watch.MoveNextAsync());
        var first = watch.Current;

        Assert.True(await watch.MoveNextAsync());

        var sign = watch.Current;
        Assert.Equal((first.Position, first.Overview.Total, false), (sign.Position, sign.Overview.Total, sign.FirstState));
        Assert.Empty(sign.Overview.Rows);
        Assert.Empty(sign.Overview.Shelves);
    }

    [Fact]
    public async Task Who_comes_back_to_another_node_is_not_sent_again_what_commits_elsewhere_left_as_it_was()
    {
        var (site, elsewhere) = (await program.OpenSiteAsync(), await program.OpenSiteAsync());
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        WatchOverviewResponse first;
        using (var watch = program.Watch(At(site)))
            first = await watch.NextAsync();
        await program.LogAsync(elsewhere, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        using var fresh = await HubAsync(fixture.Server.Part<ILedger>(), TimeSpan.FromMilliseconds(50));

        await using var again = fresh.WatchAsync((OverviewAsk.Parse(At(site)) with { Organizations = ["main"] }), first.Position, Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await again.MoveNextAsync());
        Assert.Equal((false, 0), (again.Current.FirstState, again.Current.Overview.Rows.Count));
    }

    [Fact]
    public async Task Who_comes_after_a_failure_is_answered_though_a_slow_watcher_still_holds_on()
    {
        var site = await program.OpenSiteAsync();
        var ledger = new DimmedLedger(fixture.Server.Part<ILedger>());
        using var hub = await HubAsync(ledger, TimeSpan.FromSeconds(15));
        var ask = (OverviewAsk.Parse(At(site)) with { Organizations = ["main"] });
        await using var slow = hub.WatchAsync(ask, "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await slow.MoveNextAsync());
        await using var quick = hub.WatchAsync(ask, "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await quick.MoveNextAsync());

        ledger.Dark = true;
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await quick.MoveNextAsync());
        ledger.Dark = false;

        await using var newcomer = hub.WatchAsync(ask, "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await newcomer.MoveNextAsync());
        Assert.Equal(1, newcomer.Current.Overview.Total.Units);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await slow.MoveNextAsync());
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (Program.Spray, 1));
        Assert.True(await newcomer.MoveNextAsync());
        Assert.Equal(2, newcomer.Current.Overview.Total.Units);
    }

    private static OverviewQuery At(string site) => new() { SiteIds = { site }, Span = Span.Day, BySite = true };

    private static long Number(WatchOverviewResponse response) => long.Parse(response.Position, CultureInfo.InvariantCulture);

    private static async Task<OverviewHub> HubAsync(ILedger ledger, TimeSpan quiet)
    {
        var hub = new OverviewHub(ledger, NullLogger<OverviewHub>.Instance) { Quiet = quiet };
        await hub.StartAsync(Cancel);
        return hub;
    }
}

public sealed class OverviewWatchOnSqliteTests(ServerOnSqlite server) : OverviewWatchContract(server), IClassFixture<ServerOnSqlite>;

public sealed class OverviewWatchOnPostgresTests(ServerOnPostgres server) : OverviewWatchContract(server), IClassFixture<ServerOnPostgres>;
