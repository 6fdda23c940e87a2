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
        var picture = Snapshot(Row("a", "2026-03-01", 3), Row("b", "2026-03-01", 5));

        picture.Apply(Change("2", Row("b", "2026-03-01", 6)));

        Assert.Equal([3, 6], picture.Rows.Select(r => r.Figures.Contacts));
        Assert.Equal("2", picture.Position);
    }

    [Fact]
    public void A_row_of_zeros_is_removed()
    {
        var picture = Snapshot(Row("a", "2026-03-01", 3));

        picture.Apply(Change("2", Row("a", "2026-03-01", 0)));

        Assert.True(picture.HasNoRows);
    }

    [Fact]
    public void A_complete_state_replaces_everything()
    {
        var picture = Snapshot(Row("a", "2026-03-01", 3));

        picture.Apply(FirstState("9", Row("b", "2026-03-01", 1)));

        Assert.Equal(["b"], picture.Rows.Select(r => r.SiteId));
        Assert.Equal(1, picture.Total.Contacts);
    }

    [Fact]
    public void A_response_without_an_overview_only_moves_the_position()
    {
        var picture = Snapshot(Row("a", "2026-03-01", 3));

        picture.Apply(new WatchOverviewResponse { Position = "7" });

        Assert.Equal("7", picture.Position);
        Assert.Equal(3, picture.Total.Contacts);
        Assert.Single(picture.Rows);
    }

    [Fact]
    public void Shelves_are_merged_by_site_and_product()
    {
        var picture = new OverviewSnapshot();
        var first = FirstState("1");
        first.Overview.Shelves.Add([Shelf("a", "x", 5), Shelf("a", "y", 1)]);
        picture.Apply(first);
        var change = Change("2");
        change.Overview.Shelves.Add([Shelf("a", "x", -2, shortfall: 2), Shelf("a", "y", 0)]);
        change.Overview.ShortfallsOpen = 1;

        picture.Apply(change);

        Assert.Equal(Shelf("a", "x", -2, shortfall: 2), Assert.Single(picture.Shelves));
        Assert.Equal(1, picture.ShortfallsOpen);
        Assert.False(picture.IsEmpty);
    }

    [Fact]
    public void A_first_state_with_its_changes_equals_the_last_state() =>
        Gen.Select(Gen.Char["abc"], Gen.Int[1, 5], Gen.Int[0, 3]).List[0, 40].Sample(changes =>
        {
            var picture = Snapshot();
            var last = new Dictionary<(string, string), OverviewRow>();
            foreach (var (site, day, people) in changes)
            {
                var row = Row(site.ToString(), $"2026-03-0{day}", people);
                last[(row.SiteId, row.PeriodStart)] = row;
                picture.Apply(Change("2", row));
            }

            var expected = last.OrderBy(r => r.Key).Select(r => r.Value).Where(r => r.Figures.Contacts > 0);
            Assert.Equal(expected, picture.Rows);
        });
}
