using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>The views of stock and encounters. Days are numbers of days since 1970-01-01.</summary>
internal static class StockViews
{
    private static readonly string[] Figures = ["encounters", "people", "units", "doses", "reversals", "syringes_out", "syringes_in"];
    private static readonly string[] ProductFigures = ["units", "doses", "syringes_out"];

    /// <summary>What a site did on a day of its own time zone.</summary>
    public static readonly CounterView SiteDays = new("site_days", ["site_id"], "day", Figures);

    /// <summary>The same over all sites; its one text key is empty.</summary>
    public static readonly CounterView ProgramDays = new("program_days", ["program"], "day", Figures);

    /// <summary>What a site handed out of a product on a day of its own time zone; syringes are pieces.</summary>
    public static readonly CounterView ProductDays = new("product_days", ["site_id", "product_id"], "day", ProductFigures);

    /// <summary>The same over all sites.</summary>
    public static readonly CounterView ProgramProductDays = new("program_product_days", ["product_id"], "day", ProductFigures);

    /// <summary>Units on hand in a lot, shortfalls not deducted. An empty lot number: lots are not told apart.</summary>
    public static readonly CounterView Shelves = new("shelves", ["site_id", "product_id", "lot_number"], null, ["units"]);

    /// <summary>Units handed out that the books could not cover and nobody has settled.</summary>
    public static readonly CounterView Shortfalls = new("shortfalls", ["site_id", "product_id"], null, ["units"]);

    /// <summary>What all sites together hold of a product, shortfalls deducted, and the shortfalls.</summary>
    public static readonly CounterView ProgramShelves = new("program_shelves", ["product_id"], null, ["on_hand", "shortfall"]);

    /// <summary>Units that moved on a day in UTC, by when it happened. The lot <see cref="ShortfallLot"/>: units the books could not cover.</summary>
    public static readonly CounterView LotDays = new("lot_days", ["site_id", "product_id", "lot_number"], "day", ["units"]);

    /// <summary>Which of a device's numbers have arrived for a site: number s, from 1, is bit (s-1)%62 of block (s-1)/62.</summary>
    public static readonly CounterView DeviceSequences = new("device_sequences", ["device_id", "site_id"], "block", ["bits"], AggregateFunction.Or, ["device_id", "block", "site_id"]);

    /// <summary>The latest version of a site's stream that the views show.</summary>
    public static readonly CounterView StockVersions = new("stock_versions", ["site_id"], null, ["version"], AggregateFunction.Max);

    /// <summary>Lots that ever came in: when they expire, and "1" once that was noticed.</summary>
    public static readonly DocumentView Lots = new("lots", ["site_id", "product_id", "lot_number"], ["expires_on", "expired"]);

    /// <summary>Held records; the state is a <see cref="HeldRecordState"/>, the document a <see cref="HeldDocument"/>.</summary>
    public static readonly DocumentView Held = new("held", ["site_id", "encounter_id"], ["state", "held_at"]);

    /// <summary>Encounters that were changed; the document is an <see cref="AmendedDocument"/>.</summary>
    public static readonly DocumentView Amendments = new("amendments", ["site_id", "encounter_id"], []);

    /// <summary>The lot number under which <see cref="LotDays"/> keeps units that the books could not cover. No lot is called that.</summary>
    public const string ShortfallLot = "~";

    /// <summary>How many numbers of a device share a row.</summary>
    public const int NumbersInBlock = 62;

    public static readonly IReadOnlyList<View> All =
    [
        SiteDays, ProgramDays, ProductDays, ProgramProductDays, Shelves, Shortfalls, ProgramShelves, LotDays, DeviceSequences, StockVersions, Lots, Held, Amendments,
    ];
}

/// <summary>What became of a held record. Kept by name.</summary>
internal enum HeldRecordState
{
    Waiting = 1,
    Released = 2,
    Dropped = 3,
}
