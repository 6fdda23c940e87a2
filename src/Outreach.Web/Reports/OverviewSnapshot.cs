using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>
/// What is known of an overview: the last complete state with every change since put over it. A row or a shelf that a
/// change does not name stays as it was; one that has become zero throughout is forgotten, as a complete state leaves it out.
/// </summary>
public sealed class OverviewSnapshot
{
    private readonly SortedDictionary<(string Site, string Start), OverviewRow> rows = new(RowOrder);
    private readonly SortedDictionary<(string Site, string Product), ShelfFigures> shelves = new(RowOrder);

    private static Comparer<(string First, string Second)> RowOrder { get; } = Comparer<(string First, string Second)>.Create((a, b) =>
        string.CompareOrdinal(a.First, b.First) is not 0 and var order ? order : string.CompareOrdinal(a.Second, b.Second));

    /// <summary>The ledger's position that this shows; empty before the first state.</summary>
    public string Position { get; private set; } = "";

    /// <summary>Whether a complete state has come in.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Sums over everything that was asked for.</summary>
    public Figures Total { get; private set; } = new();

    /// <summary>Sums by site and span, in that order.</summary>
    public IReadOnlyCollection<OverviewRow> Rows => rows.Values;

    /// <summary>Stock by site and product, in that order.</summary>
    public IReadOnlyCollection<ShelfFigures> Shelves => shelves.Values;

    /// <summary>Sites and products with an open shortfall.</summary>
    public long ShortfallsOpen { get; private set; }

    /// <summary>Records that wait for a person.</summary>
    public long HeldOpen { get; private set; }

    /// <summary>Whether nothing was recorded in the period and nothing is on any shelf or waits.</summary>
    public bool IsEmpty => HasNoRows && shelves.Count == 0 && HeldOpen == 0;

    /// <summary>Whether nothing was recorded in the period.</summary>
    public bool HasNoRows => rows.Count == 0;

    /// <summary>Takes in what the server sent. A response without an overview only moves the position.</summary>
    /// <returns>Whether anything that is shown may have changed.</returns>
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
