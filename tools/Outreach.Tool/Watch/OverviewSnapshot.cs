using Outreach.Protocol.Reports.V1;

namespace Outreach.Tool.Watch;

/// <summary>The overview as it is now, from a first state and the changes since.</summary>
public sealed class OverviewSnapshot
{
    private readonly Dictionary<(string Site, string Start), OverviewRow> rows = [];
    private readonly Dictionary<(string Site, string Product), ShelfFigures> shelves = [];

    /// <summary>Over everything that was asked for.</summary>
    public Figures Total { get; private set; } = new();

    /// <summary>Sites and products with an open shortfall.</summary>
    public long ShortfallsOpen { get; private set; }

    /// <summary>Records that wait for a person.</summary>
    public long HeldOpen { get; private set; }

    /// <summary>The position it shows; empty before the first state.</summary>
    public string Position { get; private set; } = "";

    /// <summary>Takes in what the server sent.</summary>
    public void Apply(WatchOverviewResponse response)
    {
        Position = response.Position;
        if (response.FirstState)
        {
            rows.Clear();
            shelves.Clear();
        }
        if (response.Overview is not { } overview)
            return;
        foreach (var row in overview.Rows)
            Merge(rows, (row.SiteId, row.PeriodStart), row, IsZero(row));
        foreach (var shelf in overview.Shelves)
            Merge(shelves, (shelf.SiteId, shelf.ProductId), shelf, shelf is { OnHand: 0, Expired: 0, Shortfall: 0 });
        Total = overview.Total ?? Total;
        ShortfallsOpen = overview.ShortfallsOpen;
        HeldOpen = overview.HeldOpen;
    }

    /// <summary>Units handed out on each of the last days that had any, over all sites, oldest first.</summary>
    public IReadOnlyList<(string Day, long Units, long Reversals)> LastDays(int days) =>
    [
        .. rows.Values.GroupBy(r => r.PeriodStart)
            .OrderByDescending(g => g.Key, StringComparer.Ordinal)
            .Take(days)
            .Select(g => (g.Key, g.Sum(r => r.Figures.Units), g.Sum(r => r.Figures.Reversals)))
            .Reverse(),
    ];

    /// <summary>
    /// Shelves to look at: with an open shortfall, with expired stock, or low, the shortest first. Low is less on hand than was
    /// handed out in the last seven days with any.
    /// </summary>
    public IReadOnlyList<(ShelfFigures Shelf, long LastSevenDays)> ShelvesToCheck() =>
    [
        .. shelves.Values.Select(s => (Shelf: s, LastSevenDays: HandedOut(s)))
            .Where(s => s.Shelf.Shortfall > 0 || s.Shelf.Expired > 0 || s.Shelf.OnHand < s.LastSevenDays)
            .OrderByDescending(s => s.Shelf.Shortfall).ThenBy(s => s.Shelf.OnHand - s.LastSevenDays),
    ];

    // What has nothing left in it is told once so; a complete state leaves it out.
    private static void Merge<T>(Dictionary<(string, string), T> into, (string, string) key, T value, bool nothing)
    {
        if (nothing)
            into.Remove(key);
        else
            into[key] = value;
    }

    private static bool IsZero(OverviewRow row) =>
        (row.Figures is null || row.Figures.Equals(new Figures())) && row.Products.All(p => p is { Units: 0, Doses: 0 });

    private long HandedOut(ShelfFigures shelf) =>
        rows.Values.Where(r => r.SiteId == shelf.SiteId)
            .OrderByDescending(r => r.PeriodStart, StringComparer.Ordinal)
            .Take(7)
            .SelectMany(r => r.Products)
            .Where(p => p.ProductId == shelf.ProductId)
            .Sum(p => p.Units);
}
