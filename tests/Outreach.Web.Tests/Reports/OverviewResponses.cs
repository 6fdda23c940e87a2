using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;

namespace Outreach.Web.Tests.Reports;

/// <summary>Creates responses and rows as a server sends them.</summary>
internal static class OverviewResponses
{
    public static OverviewRow Row(string site, string start, long people, params (string Product, long Units)[] products)
    {
        var row = new OverviewRow { SiteId = site, PeriodStart = start, Figures = new Figures { Contacts = people, Encounters = people } };
        row.Products.Add(products.Select(p => new ProductFigures { ProductId = p.Product, UnitsDistributed = p.Units }));
        return row;
    }

    public static ShelfFigures Shelf(string site, string product, long onHand, long expired = 0, long shortfall = 0) =>
        new() { SiteId = site, ProductId = product, OnHand = onHand, Expired = expired, Shortfall = shortfall };

    public static WatchOverviewResponse FirstState(string position, params OverviewRow[] rows) => Response(position, true, rows);

    public static WatchOverviewResponse Change(string position, params OverviewRow[] rows) => Response(position, false, rows);

    public static OverviewSnapshot Snapshot(params OverviewRow[] rows)
    {
        var snapshot = new OverviewSnapshot();
        snapshot.Apply(FirstState("1", rows));
        return snapshot;
    }

    private static WatchOverviewResponse Response(string position, bool first, OverviewRow[] rows)
    {
        var overview = new Overview { Total = new Figures { Contacts = rows.Sum(r => r.Figures.Contacts) } };
        overview.Rows.Add(rows);
        return new WatchOverviewResponse { Position = position, IsSnapshot = first, Overview = overview };
    }
}
