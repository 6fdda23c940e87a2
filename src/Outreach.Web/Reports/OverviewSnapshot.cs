using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>
/// The current figures of an overview: the last complete figures, updated with every later change. Rows and shelves that a change does
/// not contain stay as they were. Those that have become zero are removed, because complete figures leave them out too.
/// </summary>
public sealed class OverviewSnapshot
{
    private readonly SortedDictionary<(string Site, string Start), OverviewRow> rows = new(RowOrder);
    private readonly SortedDictionary<(string Site, string Product), ShelfFigures> shelves = new(RowOrder);

    private static Comparer<(string First, string Second)> RowOrder { get; } = Comparer<(string First, string Second)>.Create((a, b) =>
        string.CompareOrdinal(a.First, b.First) is not 0 and var order ? order : string.CompareOrdinal(a.Second, b.Second));

    /// <summary>The ledger position of the figures; empty before the first response.</summary>
    public string Position { get; private set; } = "";

    /// <summary>Whether complete figures have arrived.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>The totals of the whole query.</summary>
    public Figures Total { get; private set; } = new();

    /// <summary>The figures by site and span, in that order.</summary>
    public IReadOnlyCollection<OverviewRow> Rows => rows.Values;

    /// <summary>The stock by site and product, in that order.</summary>
    public IReadOnlyCollection<ShelfFigures> Shelves => shelves.Values;

    /// <summary>The number of open shortfalls: combinations of a site and a product.</summary>
    public long ShortfallsOpen { get; private set; }

    /// <summary>The number of held encounters.</summary>
    public long HeldOpen { get; private set; }

    /// <summary>Whether the period has no figures, and there is no stock and no held encounter.</summary>
    public bool IsEmpty => HasNoRows && shelves.Count == 0 && HeldOpen == 0;

    /// <summary>Whether the period has no figures.</summary>
    public bool HasNoRows => rows.Count == 0;

    /// <summary>Applies a response of the server. A response without an overview only updates the position.</summary>
    /// <returns>Whether the figures may have changed.</returns>
    public bool Apply(WatchOverviewResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.Position.Length > 0)
            Position = response.Position;
        if (response.IsSnapshot)
            Clear();
        if (response.Overview is { } overview)
            Merge(overview);
        return response.IsSnapshot || response.Overview is not null;
    }

    private void Clear()
    {
        rows.Clear();
        shelves.Clear();
        Total = new Figures();
        IsLoaded = true;
    }

    private void Merge(Overview overview)
    {
        Total = overview.Total ?? Total;
        ShortfallsOpen = overview.ShortfallsOpen;
        HeldOpen = overview.HeldOpen;
        foreach (var row in overview.Rows)
            Merge(rows, (row.SiteId, row.PeriodStart), row, IsZero(row));
        foreach (var shelf in overview.Shelves)
            Merge(shelves, (shelf.SiteId, shelf.ProductId), shelf, IsZero(shelf));
    }

    private static void Merge<T>(SortedDictionary<(string, string), T> into, (string, string) key, T value, bool zero)
    {
        if (zero)
            into.Remove(key);
        else
            into[key] = value;
    }

    private static bool IsZero(OverviewRow row) =>
        (row.Figures is null || row.Figures.Equals(new Figures())) && row.Products.All(p => p.UnitsDistributed == 0);

    private static bool IsZero(ShelfFigures shelf) => shelf is { OnHand: 0, Expired: 0, Shortfall: 0 };
}
