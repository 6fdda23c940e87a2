using System.Data.Common;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using static Outreach.Server.Reports.OverviewSql;

namespace Outreach.Server.Reports;

/// <summary>Reads an overview from the views: SQL in, response out.</summary>
internal static class OverviewQueries
{
    /// <summary>The most rows an answer may have.</summary>
    private const int MaxRows = 50_000;

    /// <summary>The most shortfalls of sites beside sums: more than a person settles at once.</summary>
    private const int MaxShortfalls = 100;

    /// <summary>The figures, and the ledger's position that they show.</summary>
    /// <exception cref="RefusedException">The answer would have more rows than may be asked for.</exception>
    public static async Task<(Overview Overview, long Position)> ReadAsync(ILedger ledger, OverviewFilter ask, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var moment = await views.BeginReadTransactionAsync(cancel);
        var position = await moment.GetPositionAsync(cancel);
        var overview = ask.Sums ? await ReadSumsAsync(views, ask, cancel) : await ReadRowsAsync(views, ask, cancel);
        if (ask.FiguresOnly)
            return (overview, position);
        await ReadShelvesAsync(views, ask.Sums ? ask with { BySite = false } : ask, overview, cancel);
        if (ask is { Sums: true, BySite: true })
            await ReadShortfallsAsync(views, ask, overview, cancel);
        await CountOpenAsync(views, ask, overview, cancel);
        return (overview, position);
    }

    private static async Task<Overview> ReadRowsAsync(DbConnection views, OverviewFilter ask, CancellationToken cancel)
    {
        var whole = await CanUseProgramTotalsAsync(views, ask, cancel);
        var rows = new OverviewBuilder(ask, MaxRows);
        await ReadFiguresAsync(views, ask, whole, rows, cancel);
        await ReadProductsAsync(views, ask, whole, rows, cancel);
        return rows.ToOverview();
    }

    /// <summary>The whole, each site and each period: three small tables instead of their product.</summary>
    private static async Task<Overview> ReadSumsAsync(DbConnection views, OverviewFilter ask, CancellationToken cancel)
    {
        var overview = await ReadRowsAsync(views, ask with { Span = Span.Unspecified, BySite = false }, cancel);
        foreach (var row in overview.Rows)
            row.PeriodStart = "";
        if (ask.BySite)
            AddWithoutProducts(overview, await ReadRowsAsync(views, ask with { Span = Span.Unspecified }, cancel), keepPeriod: false);
        if (ask.Span != Span.Unspecified)
            AddWithoutProducts(overview, await ReadRowsAsync(views, ask with { BySite = false }, cancel), keepPeriod: true);
        return overview;
    }

    private static void AddWithoutProducts(Overview overview, Overview part, bool keepPeriod)
    {
        foreach (var row in part.Rows)
            overview.Rows.Add(new OverviewRow { SiteId = row.SiteId, PeriodStart = keepPeriod ? row.PeriodStart : "", Figures = row.Figures });
    }

    private static async Task ReadFiguresAsync(DbConnection views, OverviewFilter ask, bool whole, OverviewBuilder rows, CancellationToken cancel)
    {
        await using var query = views.CreateCommand();
        var (site, table) = (SiteColumn(ask), whole ? "program_days" : "site_days");
        query.CommandText = $"""
            SELECT {site}, day, {Sum("encounters")}, {Sum("people")}, {Sum("reversals")}, {Sum("syringes_in")},
                   {Sum("units")}, {Sum("doses")}, {Sum("syringes_out")}
            FROM {table} WHERE {DayAndSiteCondition(query, ask, whole)} GROUP BY 1, 2
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var figures = rows.GetRow(reader.GetString(0), reader.GetInt64(1)).Figures;
            figures.Encounters += reader.GetInt64(2);
            figures.People += reader.GetInt64(3);
            figures.Reversals += reader.GetInt64(4);
            figures.SyringesIn += reader.GetInt64(5);
            if (ask.Products.Count > 0)
                continue;
            figures.Units += reader.GetInt64(6);
            figures.Doses += reader.GetInt64(7);
            figures.SyringesOut += reader.GetInt64(8);
        }
    }

    private static async Task ReadProductsAsync(DbConnection views, OverviewFilter ask, bool whole, OverviewBuilder rows, CancellationToken cancel)
    {
        await using var query = views.CreateCommand();
        var (site, table) = (SiteColumn(ask), whole ? "program_product_days" : "product_days");
        query.CommandText = $"""
            SELECT {site}, day, product_id, {Sum("units")}, {Sum("doses")}, {Sum("syringes_out")}
            FROM {table} WHERE {DayAndSiteCondition(query, ask, whole)} AND {In(query, "product_id", ask.Products)}
            GROUP BY 1, 2, 3
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var (place, day, product) = (reader.GetString(0), reader.GetInt64(1), reader.GetString(2));
            var (units, doses) = (reader.GetInt64(3), reader.GetInt64(4));
            rows.Add(place, day, product, units, doses);
            if (ask.Products.Count == 0)
                continue;
            var figures = rows.GetRow(place, day).Figures;
            figures.Units += units;
            figures.Doses += doses;
            figures.SyringesOut += reader.GetInt64(5);
        }
    }

    private static async Task ReadShelvesAsync(DbConnection views, OverviewFilter ask, Overview overview, CancellationToken cancel)
    {
        var whole = await CanUseProgramTotalsAsync(views, ask, cancel);
        await using var query = views.CreateCommand();
        var held = whole ? StockByProgram : StockBySite;
        query.CommandText = $"""
            SELECT {SiteColumn(ask)}, product_id, {Sum("on_hand")}, {Sum("expired")}, {Sum("shortfall")}
            FROM ({held}) AS held
            WHERE {(whole ? "1 = 1" : SiteCondition(query, ask))} AND {In(query, "product_id", ask.Products)}
            GROUP BY 1, 2 ORDER BY 1, 2
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            overview.Shelves.Add(new ShelfFigures
            {
                SiteId = reader.GetString(0),
                ProductId = reader.GetString(1),
                OnHand = reader.GetInt64(2),
                Expired = reader.GetInt64(3),
                Shortfall = reader.GetInt64(4),
            });
    }

    private static async Task ReadShortfallsAsync(DbConnection views, OverviewFilter ask, Overview overview, CancellationToken cancel)
    {
        await using var query = views.CreateCommand();
        query.CommandText = $"""
            SELECT site_id, product_id, units FROM shortfalls
            WHERE units <> 0 AND {SiteCondition(query, ask)} AND {In(query, "product_id", ask.Products)}
            ORDER BY units DESC, site_id, product_id LIMIT {MaxShortfalls}
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            overview.Shelves.Add(new ShelfFigures { SiteId = reader.GetString(0), ProductId = reader.GetString(1), Shortfall = reader.GetInt64(2) });
    }

    /// <summary>Lots and shortfalls of each site.</summary>
    private const string StockBySite = """
        SELECT s.site_id, s.product_id, s.units AS on_hand, CASE WHEN l.expired = '1' THEN s.units ELSE 0 END AS expired, 0 AS shortfall
        FROM shelves s LEFT JOIN lots l
          ON l.site_id = s.site_id AND l.product_id = s.product_id AND l.lot_number = s.lot_number
        WHERE s.units <> 0
        UNION ALL
        SELECT site_id, product_id, -units, 0, units FROM shortfalls WHERE units <> 0
        """;

    /// <summary>The sums that are kept over all sites, and the lots that have expired.</summary>
    private const string StockByProgram = """
        SELECT '' AS site_id, product_id, on_hand, 0 AS expired, shortfall FROM program_shelves WHERE on_hand <> 0 OR shortfall <> 0
        UNION ALL
        SELECT '', s.product_id, 0, s.units, 0
        FROM lots l JOIN shelves s
          ON s.site_id = l.site_id AND s.product_id = l.product_id AND s.lot_number = l.lot_number
        WHERE l.expired = '1' AND s.units <> 0
        """;

    private static async Task CountOpenAsync(DbConnection views, OverviewFilter ask, Overview overview, CancellationToken cancel)
    {
        await using var query = views.CreateCommand();
        var sites = SiteCondition(query, ask);
        query.CommandText = $"""
            SELECT (SELECT COUNT(*) FROM shortfalls WHERE units <> 0 AND {sites} AND {In(query, "product_id", ask.Products)}),
                   (SELECT COUNT(*) FROM held WHERE state = 'Waiting' AND {sites})
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        overview.ShortfallsOpen = reader.GetInt64(0);
        overview.HeldOpen = reader.GetInt64(1);
    }

    private static string SiteColumn(OverviewFilter ask) => ask.BySite ? "site_id" : "''";

    /// <summary>A sum that comes back as 64 bits from both stores.</summary>
    private static string Sum(string column) => $"CAST(SUM({column}) AS BIGINT)";
}
