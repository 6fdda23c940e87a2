using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>The views of stock. Days are numbers of days since 1970-01-01.</summary>
internal static class StockViews
{
    /// <summary>Units on hand of a lot, without deducting shortfalls. The lot number is empty for stock that is not recorded by lot.</summary>
    public static readonly CounterView Shelves = new("shelves", ["site_id", "product_id", "lot_number"], null, ["units"]);

    /// <summary>Units handed out that recorded stock did not cover and nobody has settled.</summary>
    public static readonly CounterView Shortfalls = new("shortfalls", ["site_id", "product_id"], null, ["units"]);

    /// <summary>The stock of a product at all sites, shortfalls deducted, and the shortfalls.</summary>
    public static readonly CounterView ProgramShelves = new("program_shelves", ["product_id"], null, ["on_hand", "shortfall"]);

    /// <summary>Units that moved on a day in UTC, by when it occurred. The lot <see cref="ShortfallLot"/> is for units that recorded stock did not cover.</summary>
    public static readonly CounterView LotDays = new("lot_days", ["site_id", "product_id", "lot_number"], "day", ["units"]);

    /// <summary>The latest version of a site's stream.</summary>
    public static readonly CounterView StockVersions = new("stock_versions", ["site_id"], null, ["version"], AggregateFunction.Max);

    /// <summary>All lots that were ever received: when they expire, and "1" once that is recorded.</summary>
    public static readonly DocumentView Lots = new("lots", ["site_id", "product_id", "lot_number"], ["expires_on", "expired"]);

    /// <summary>The lot number in <see cref="LotDays"/> for units that recorded stock did not cover. No lot has that number.</summary>
    public const string ShortfallLot = "~";

    public static readonly IReadOnlyList<View> All = [Shelves, Shortfalls, ProgramShelves, LotDays, StockVersions, Lots];
}
