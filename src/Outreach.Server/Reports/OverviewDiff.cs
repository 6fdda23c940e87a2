using Outreach.Protocol.Reports.V1;

namespace Outreach.Server.Reports;

/// <summary>What is different between two states of one overview.</summary>
internal static class OverviewDiff
{
    /// <summary>
    /// The rows and shelves of <paramref name="now"/> that are new or different, those that have gone with nothing in
    /// them, and the totals.
    /// </summary>
    public static Overview Between(Overview before, Overview now)
    {
        var change = new Overview { Total = now.Total, ShortfallsOpen = now.ShortfallsOpen, HeldOpen = now.HeldOpen };
        var rows = before.Rows.ToDictionary(row => (row.SiteId, row.PeriodStart));
        foreach (var row in now.Rows)
            if (!rows.Remove((row.SiteId, row.PeriodStart), out var old) || !old.Equals(row))
                change.Rows.Add(row);
        foreach (var gone in rows.Keys)
            change.Rows.Add(new OverviewRow { SiteId = gone.SiteId, PeriodStart = gone.PeriodStart, Figures = new Figures() });
        var shelves = before.Shelves.ToDictionary(shelf => (shelf.SiteId, shelf.ProductId));
        foreach (var shelf in now.Shelves)
            if (!shelves.Remove((shelf.SiteId, shelf.ProductId), out var old) || !old.Equals(shelf))
                change.Shelves.Add(shelf);
        foreach (var (site, product) in shelves.Keys)
            change.Shelves.Add(new ShelfFigures { SiteId = site, ProductId = product });
        return change;
    }
}
