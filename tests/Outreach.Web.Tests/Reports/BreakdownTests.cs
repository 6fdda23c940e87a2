using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Web.Reports;
using Outreach.Web.Shell.Names;
using static Outreach.Web.Tests.Reports.OverviewResponses;

namespace Outreach.Web.Tests.Reports;

public sealed class BreakdownTests
{
    private static readonly DisplayNames DisplayNames = new(
        [
            new Site { SiteId = "1", Name = "Mobile", Place = "3rd & Girard" },
            new Site { SiteId = "2", Name = "Mobile", Place = "10th & Fairmount" },
            new Site { SiteId = "3", Name = "Mobile" },
            new Site { SiteId = "4", Name = "Storefront", Place = "Somewhere" },
        ],
        [
            new Product { ProductId = "spray", Name = "Naloxone spray", Category = Category.OverdoseReversal, UnitOfIssue = "box" },
            new Product { ProductId = "kit", Name = "Naloxone kit", Category = Category.OverdoseReversal, UnitOfIssue = "kit" },
            new Product { ProductId = "syringe", Name = "Syringe", Category = Category.Syringes, UnitOfIssue = "each" },
        ]);

    [Fact]
    public void Sites_that_share_a_name_are_told_apart() =>
        Assert.Equal(
            ["Mobile, 3rd & Girard", "Mobile, 10th & Fairmount", "Mobile (3)", "Storefront", "unknown"],
            new[] { "1", "2", "3", "4", "unknown" }.Select(DisplayNames.SiteName));

    [Fact]
    public void Sites_come_with_the_largest_first()
    {
        var snapshot = Snapshot(Row("1", "2026-03-01", 1), Row("4", "2026-03-01", 2), Row("1", "2026-03-02", 4));

        Assert.Equal([("1", 5), ("4", 2)], Breakdown.BySite(snapshot, DisplayNames, Metric.People).Select(s => (s.SiteId, s.Figures.Contacts)));
    }

    [Fact]
    public void Products_are_grouped_by_category()
    {
        var snapshot = Snapshot(
            Row("1", "2026-03-01", 1, ("spray", 2), ("syringe", 500)), Row("4", "2026-03-01", 1, ("kit", 3), ("spray", 4), ("other", 1)));

        var groups = Breakdown.ByProduct(snapshot, DisplayNames);

        Assert.Equal(["Overdose reversal", "Syringes", "Other"], groups.Select(g => g.Name));
        Assert.Equal([("spray", 6), ("kit", 3)], groups[0].Products.Select(p => (p.ProductId, p.Units)));
    }

    [Fact]
    public void A_shelf_shows_usable_expired_and_missing_units()
    {
        var snapshot = new OverviewSnapshot();
        var first = FirstState("1");
        first.Overview.Shelves.Add([Shelf("", "spray", 7, expired: 4, shortfall: 3), Shelf("2", "spray", 0, shortfall: 3)]);
        snapshot.Apply(first);

        var shelf = Assert.Single(Assert.Single(Breakdown.Shelves(snapshot, DisplayNames)).Products);
        Assert.Equal((7, 6, 4, 3), (shelf.OnHand, shelf.Usable, shelf.Expired, shelf.Shortfall));
        Assert.Equal([new OpenShortfall("Mobile, 10th & Fairmount", "Naloxone spray", "box", 3)], Breakdown.Shortfalls(snapshot, DisplayNames));
    }
}
