using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>The views of stock. Days are numbers of days since 1970-01-01.</summary>
internal static class StockViews
{
    /// <summary>Units on hand in a lot, shortfalls not deducted. An empty lot number: lots are not told apart.</summary>
    public static readonly CounterView Shelves = new("shelves", ["site_id", "product_id", "lot_number"], null, ["units"]);

    /// <summary>Units handed out that the books could not cover and nobody has settled.</summary>
    public static readonly CounterView Shortfalls = new("shortfalls", ["site_id", "product_id"], null, ["units"]);

    /// <summary>What all sites together hold of a product, shortfalls deducted, and the shortfalls.</summary>
    public static readonly CounterView ProgramShelves = new("program_shelves", ["product_id"], null, ["on_hand", "shortfall"]);

    /// <summary>Units that moved on a day in UTC, by when it happened. The lot <see cref="ShortfallLot"/>: units the books could not cover.</summary>
    public static readonly CounterView LotDays = new("lot_days", ["site_id", "product_id", "lot_number"], "day", ["units"]);

    /// <summary>The latest version of a site's stream that the views show.</summary>
    public static readonly CounterView StockVersions = new("stock_versions", ["site_id"], null, ["version"], AggregateFunction.Max);

    /// <summary>Lots that ever came in: when they expire, and "1" once that was noticed.</summary>
    public static readonly DocumentView Lots = new("lots", ["site_id", "product_id", "lot_number"], ["expires_on", "expired"]);

    /// <summary>The lot number under which <see cref="LotDays"/> keeps units that the books could not cover. No lot has that number.</summary>
    public const string ShortfallLot = "~";

    public static readonly IReadOnlyList<View> All = [Shelves, Shortfalls, ProgramShelves, LotDays, StockVersions, Lots];
}
