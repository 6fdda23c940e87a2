using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Reports;

namespace Outreach.Server.Tests.Reports;

/// <summary>Watching the overview, on every store.</summary>
public abstract class OverviewWatchContract(ServerFixture fixture)
{
    private readonly ReportScenario program = new(fixture.Server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_state_is_followed_by_the_changes_of_each_commit()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        using var watch = program.Watch(QueryFor(site));

        var first = await watch.NextAsync();
        Assert.True(first.IsSnapshot);
        Assert.Equal(await program.GetOverviewAsync(QueryFor(site)), first.Overview);

        await program.LogAsync(site, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 2));
        var change = await watch.NextAsync();

        Assert.False(change.IsSnapshot);
        Assert.True(GetPosition(change) > GetPosition(first));
        Assert.Equal(("2026-03-10", 2), (Assert.Single(change.Overview.Rows).PeriodStart, change.Overview.Rows[0].Figures.UnitsDistributed));
        Assert.Equal((3, -3), (change.Overview.Total.UnitsDistributed, Assert.Single(change.Overview.Shelves).OnHand));
    }

    [Fact]
    public async Task A_removed_row_is_sent_with_zeros()
    {
        var site = await program.OpenSiteAsync();
        var encounter = await program.LogAsync(site, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        using var watch = program.Watch(QueryFor(site));
        await watch.NextAsync();

        await program.VoidAsync(encounter);
        var change = await watch.NextAsync();

        Assert.Equal([new OverviewRow { SiteId = site, PeriodStart = "2026-03-09", Figures = new Figures() }], change.Overview.Rows);
        Assert.Equal([new ShelfFigures { SiteId = site, ProductId = ReportScenario.Spray }], change.Overview.Shelves);
        Assert.Equal(new Figures(), change.Overview.Total);
    }

    [Fact]
    public async Task A_resumed_watch_receives_only_later_changes()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        WatchOverviewResponse first;
        using (var watch = program.Watch(QueryFor(site)))
            first = await watch.NextAsync();
        // A change at another site advances the position but does not change these figures.
        await program.LogAsync(await program.OpenSiteAsync(), "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));

        using var again = program.Watch(QueryFor(site), first.Position);
        var heartbeat = await again.NextAsync();
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 2));
        var change = await again.NextAsync();

        Assert.Equal((false, 0, first.Overview.Total), (heartbeat.IsSnapshot, heartbeat.Overview.Rows.Count, heartbeat.Overview.Total));
        Assert.Equal((false, "2026-03-10"), (change.IsSnapshot, Assert.Single(change.Overview.Rows).PeriodStart));
    }

    [Fact]
    public async Task A_watch_resumed_after_a_change_receives_a_full_state()
    {
        var site = await program.OpenSiteAsync();
        WatchOverviewResponse first;
        using (var watch = program.Watch(QueryFor(site)))
            first = await watch.NextAsync();
        await program.LogAsync(site, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 2));

        using var again = program.Watch(QueryFor(site), first.Position);

        var state = await again.NextAsync();
        Assert.Equal((true, 2), (state.IsSnapshot, state.Overview.Total.UnitsDistributed));
    }

    [Fact]
    public async Task An_impossible_position_is_answered_with_a_full_state()
    {
        using var watch = program.Watch(QueryFor(await program.OpenSiteAsync()), long.MaxValue.ToString(CultureInfo.InvariantCulture));

        Assert.True((await watch.NextAsync()).IsSnapshot);
    }

    [Fact]
    public async Task No_commit_is_lost_between_a_position_and_the_figures_sent_with_it()
    {
        var site = await program.OpenSiteAsync();
        var (position, units) = ("", -1L);
        var logging = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
                await program.LogAsync(site, "2026-03-10T16:00:00Z", (ReportScenario.Spray, 1));
        }, Cancel);
        // A watcher that resumes gets no new state only if there was no commit after its position.
        while (units < 200)
        {
            using var watch = program.Watch(QueryFor(site), position);
            var response = await watch.NextAsync();
            Assert.True(response.IsSnapshot ? response.Overview.Total.UnitsDistributed > units : response.Overview.Total.UnitsDistributed == units);
            (position, units) = (response.Position, response.Overview.Total.UnitsDistributed);
        }
        await logging;
    }

    [Fact]
    public async Task A_quiet_stream_sends_heartbeats()
    {
        var site = await program.OpenSiteAsync();
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        using var hub = await StartHubAsync(fixture.Server.GetService<ILedger>(), interval: TimeSpan.FromMilliseconds(50));
        await using var watch = hub.WatchAsync((OverviewFilter.Parse(QueryFor(site)) with { Organizations = ["main"] }), "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await watch.MoveNextAsync());
        var first = watch.Current;

        Assert.True(await watch.MoveNextAsync());

        var heartbeat = watch.Current;
        Assert.Equal((first.Position, first.Overview.Total, false), (heartbeat.Position, heartbeat.Overview.Total, heartbeat.IsSnapshot));
        Assert.Empty(heartbeat.Overview.Rows);
        Assert.Empty(heartbeat.Overview.Shelves);
    }

    [Fact]
    public async Task A_watch_resumed_on_another_node_does_not_receive_unchanged_figures()
    {
        var (site, elsewhere) = (await program.OpenSiteAsync(), await program.OpenSiteAsync());
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        WatchOverviewResponse first;
        using (var watch = program.Watch(QueryFor(site)))
            first = await watch.NextAsync();
        await program.LogAsync(elsewhere, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        using var fresh = await StartHubAsync(fixture.Server.GetService<ILedger>(), TimeSpan.FromMilliseconds(50));

        await using var again = fresh.WatchAsync((OverviewFilter.Parse(QueryFor(site)) with { Organizations = ["main"] }), first.Position, Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await again.MoveNextAsync());
        Assert.Equal((false, 0), (again.Current.IsSnapshot, again.Current.Overview.Rows.Count));
    }

    [Fact]
    public async Task A_new_watcher_is_served_after_a_failure_while_a_slow_one_remains()
    {
        var site = await program.OpenSiteAsync();
        var ledger = new FailingViewsLedger(fixture.Server.GetService<ILedger>());
        using var hub = await StartHubAsync(ledger, TimeSpan.FromSeconds(15));
        var filter = (OverviewFilter.Parse(QueryFor(site)) with { Organizations = ["main"] });
        await using var slow = hub.WatchAsync(filter, "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await slow.MoveNextAsync());
        await using var quick = hub.WatchAsync(filter, "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await quick.MoveNextAsync());

        ledger.Failing = true;
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await quick.MoveNextAsync());
        ledger.Failing = false;

        await using var newWatcher = hub.WatchAsync(filter, "", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await newWatcher.MoveNextAsync());
        Assert.Equal(1, newWatcher.Current.Overview.Total.UnitsDistributed);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await slow.MoveNextAsync());
        await program.LogAsync(site, "2026-03-09T16:00:00Z", (ReportScenario.Spray, 1));
        Assert.True(await newWatcher.MoveNextAsync());
        Assert.Equal(2, newWatcher.Current.Overview.Total.UnitsDistributed);
    }

    private static OverviewQuery QueryFor(string site) => new() { SiteIds = { site }, Span = Span.Day, BySite = true };

    private static long GetPosition(WatchOverviewResponse response) => long.Parse(response.Position, CultureInfo.InvariantCulture);

    private static async Task<OverviewHub> StartHubAsync(ILedger ledger, TimeSpan interval)
    {
        var hub = new OverviewHub(ledger, NullLogger<OverviewHub>.Instance) { HeartbeatInterval = interval };
        await hub.StartAsync(Cancel);
        return hub;
    }
}
