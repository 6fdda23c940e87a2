using CsCheck;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;
using static Outreach.Web.Tests.Reports.OverviewResponses;

namespace Outreach.Web.Tests.Reports;

public sealed class OverviewSnapshotTests
{
    [Fact]
    public void A_row_that_a_change_does_not_mention_stays()
    {
        var snapshot = Snapshot(Row("a", "2026-03-01", 3), Row("b", "2026-03-01", 5));

        snapshot.Apply(Change("2", Row("b", "2026-03-01", 6)));

        Assert.Equal([3, 6], snapshot.Rows.Select(r => r.Figures.Contacts));
        Assert.Equal("2", snapshot.Position);
    }

    [Fact]
    public void A_row_of_zeros_is_removed()
    {
        var snapshot = Snapshot(Row("a", "2026-03-01", 3));

        snapshot.Apply(Change("2", Row("a", "2026-03-01", 0)));

        Assert.True(snapshot.HasNoRows);
    }

    [Fact]
    public void A_complete_state_replaces_everything()
    {
        var snapshot = Snapshot(Row("a", "2026-03-01", 3));

        snapshot.Apply(FirstState("9", Row("b", "2026-03-01", 1)));

        Assert.Equal(["b"], snapshot.Rows.Select(r => r.SiteId));
        Assert.Equal(1, snapshot.Total.Contacts);
    }

    [Fact]
    public void A_response_without_an_overview_only_moves_the_position()
    {
        var snapshot = Snapshot(Row("a", "2026-03-01", 3));

        snapshot.Apply(new WatchOverviewResponse { Position = "7" });

        Assert.Equal("7", snapshot.Position);
        Assert.Equal(3, snapshot.Total.Contacts);
        Assert.Single(snapshot.Rows);
    }

    [Fact]
    public void Shelves_are_merged_by_site_and_product()
    {
        var snapshot = new OverviewSnapshot();
        var first = FirstState("1");
        first.Overview.Shelves.Add([Shelf("a", "x", 5), Shelf("a", "y", 1)]);
        snapshot.Apply(first);
        var change = Change("2");
        change.Overview.Shelves.Add([Shelf("a", "x", -2, shortfall: 2), Shelf("a", "y", 0)]);
        change.Overview.ShortfallsOpen = 1;

        snapshot.Apply(change);

        Assert.Equal(Shelf("a", "x", -2, shortfall: 2), Assert.Single(snapshot.Shelves));
        Assert.Equal(1, snapshot.ShortfallsOpen);
        Assert.False(snapshot.IsEmpty);
    }

    [Fact]
    public void A_first_state_with_its_changes_equals_the_last_state() =>
        Gen.Select(Gen.Char["abc"], Gen.Int[1, 5], Gen.Int[0, 3]).List[0, 40].Sample(changes =>
        {
            var snapshot = Snapshot();
            var last = new Dictionary<(string, string), OverviewRow>();
            foreach (var (site, day, people) in changes)
            {
                var row = Row(site.ToString(), $"2026-03-0{day}", people);
                last[(row.SiteId, row.PeriodStart)] = row;
                snapshot.Apply(Change("2", row));
            }

            var expected = last.OrderBy(r => r.Key).Select(r => r.Value).Where(r => r.Figures.Contacts > 0);
            Assert.Equal(expected, snapshot.Rows);
        });
}
