using Outreach.Protocol.Reports.V1;

namespace Outreach.Tool.Watch;

/// <summary>The current overview, built from the initial state and the changes that followed.</summary>
public sealed class OverviewSnapshot
{
    private readonly Dictionary<(string Site, string Start), OverviewRow> rows = [];
    private readonly Dictionary<(string Site, string Product), ShelfFigures> shelves = [];

    /// <summary>The total of the requested sites and days.</summary>
    public Figures Total { get; private set; } = new();

    /// <summary>The number of shelves with an open shortfall.</summary>
    public long ShortfallsOpen { get; private set; }

    /// <summary>The number of held records that nobody has decided on.</summary>
    public long HeldOpen { get; private set; }

    /// <summary>The ledger position of the overview; empty before the initial state.</summary>
    public string Position { get; private set; } = "";

    /// <summary>Applies a response from the server.</summary>
    public void Apply(WatchOverviewResponse response)
    {
        Position = response.Position;
        if (response.IsSnapshot)
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

    /// <summary>Returns the units handed out and the reversals on the most recent days with data, over all sites, oldest first.</summary>
    public IReadOnlyList<(string Day, long Units, long Reversals)> LastDays(int days) =>
    [
        .. rows.Values.GroupBy(r => r.PeriodStart)
            .OrderByDescending(g => g.Key, StringComparer.Ordinal)
            .Take(days)
            .Select(g => (g.Key, g.Sum(r => r.Figures.UnitsDistributed), g.Sum(r => r.Figures.Reversals)))
            .Reverse(),
    ];

    /// <summary>
    /// Returns the shelves with an open shortfall, with expired stock or with low stock, largest shortfall first. Stock is low if
    /// it is less than was handed out on the site's last seven days with data.
    /// </summary>
    public IReadOnlyList<(ShelfFigures Shelf, long LastSevenDays)> ShelvesToCheck() =>
    [
        .. shelves.Values.Select(s => (Shelf: s, LastSevenDays: HandedOutInSevenDays(s)))
            .Where(s => s.Shelf.Shortfall > 0 || s.Shelf.Expired > 0 || s.Shelf.OnHand < s.LastSevenDays)
            .OrderByDescending(s => s.Shelf.Shortfall).ThenBy(s => s.Shelf.OnHand - s.LastSevenDays),
    ];

    // The server sends an entry whose values became zero once; the initial state omits such entries.
    private static void Merge<T>(Dictionary<(string, string), T> into, (string, string) key, T value, bool isZero)
    {
        if (isZero)
            into.Remove(key);
        else
            into[key] = value;
    }

    private static bool IsZero(OverviewRow row) =>
        (row.Figures is null || row.Figures.Equals(new Figures())) && row.Products.All(p => p.UnitsDistributed == 0);

    private long HandedOutInSevenDays(ShelfFigures shelf) =>
        rows.Values.Where(r => r.SiteId == shelf.SiteId)
            .OrderByDescending(r => r.PeriodStart, StringComparer.Ordinal)
            .Take(7)
            .SelectMany(r => r.Products)
            .Where(p => p.ProductId == shelf.ProductId)
            .Sum(p => p.UnitsDistributed);
}
