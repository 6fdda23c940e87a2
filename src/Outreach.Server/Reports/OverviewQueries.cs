using System.Data.Common;
using Outreach.Domain.Encounters;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using static Outreach.Server.Reports.OverviewSql;

namespace Outreach.Server.Reports;

/// <summary>Reads an overview from the views: SQL in, response out.</summary>
internal static class OverviewQueries
{
    /// <summary>The most rows an answer may have.</summary>
    private const int MaxRows = 50_000;

    /// <summary>The maximum number of shortfalls by site beside sums: more than a person settles at once.</summary>
    private const int MaxShortfalls = 100;

    /// <summary>Reads the figures and the ledger position up to which they are complete.</summary>
    /// <exception cref="RefusedException">The answer would have too many rows.</exception>
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
        await ReadReferralsAsync(views, ask, whole, rows, cancel);
        // Answers can be about few people. Another organization does not see them.
        if (!ask.FiguresOnly)
            await ReadAnswersAsync(views, ask, whole, rows, cancel);
        return rows.ToOverview();
    }

    /// <summary>Sums for the whole query, for each site and for each period, instead of each combination of them.</summary>
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
        var table = whole ? EncounterViews.ProgramDays : EncounterViews.SiteDays;
        query.CommandText = $"""
            SELECT {SiteColumn(ask)}, day, {Sums(table)}
            FROM {table.Name} WHERE {DayAndSiteCondition(query, ask, whole)} GROUP BY 1, 2
            """;
        // With a filter on products, what was handed out is added from the sums by product.
        var first = ask.Products.Count > 0 ? EncounterFigures.LineColumns.Length : 0;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var figures = rows.GetRow(reader.GetString(0), reader.GetInt64(1)).Figures;
            for (var i = first; i < figures.Length; i++)
                figures[i] += reader.GetInt64(2 + i);
        }
    }

    private static async Task ReadProductsAsync(DbConnection views, OverviewFilter ask, bool whole, OverviewBuilder rows, CancellationToken cancel)
    {
        await using var query = views.CreateCommand();
        var table = whole ? EncounterViews.ProgramProductDays : EncounterViews.ProductDays;
        query.CommandText = $"""
            SELECT {SiteColumn(ask)}, day, product_id, {Sums(table)}
            FROM {table.Name} WHERE {DayAndSiteCondition(query, ask, whole)} AND {In(query, "product_id", ask.Products)}
            GROUP BY 1, 2, 3
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var row = rows.GetRow(reader.GetString(0), reader.GetInt64(1));
            var sums = row.GetProduct(reader.GetString(2));
            for (var i = 0; i < sums.Length; i++)
            {
                var sum = reader.GetInt64(3 + i);
                sums[i] += sum;
                if (ask.Products.Count > 0)
                    row.Figures[i] += sum;
            }
        }
    }

    private static async Task ReadReferralsAsync(DbConnection views, OverviewFilter ask, bool whole, OverviewBuilder rows, CancellationToken cancel)
    {
        await using var query = views.CreateCommand();
        var table = whole ? EncounterViews.ProgramReferralDays : EncounterViews.ReferralDays;
        query.CommandText = $"""
            SELECT {SiteColumn(ask)}, day, kind, {Sums(table)}
            FROM {table.Name} WHERE {DayAndSiteCondition(query, ask, whole)} GROUP BY 1, 2, 3
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            rows.GetRow(reader.GetString(0), reader.GetInt64(1))
                .AddReferrals(Enum.Parse<ReferralKind>(reader.GetString(2)), reader.GetInt64(3));
    }

    private static async Task ReadAnswersAsync(DbConnection views, OverviewFilter ask, bool whole, OverviewBuilder rows, CancellationToken cancel)
    {
        await using var query = views.CreateCommand();
        var table = whole ? EncounterViews.ProgramAnswerDays : EncounterViews.AnswerDays;
        query.CommandText = $"""
            SELECT {SiteColumn(ask)}, day, question_id, answer_id, {Sums(table)}
            FROM {table.Name} WHERE {DayAndSiteCondition(query, ask, whole)} GROUP BY 1, 2, 3, 4
            """;
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            rows.GetRow(reader.GetString(0), reader.GetInt64(1)).AddAnswers(reader.GetString(2), reader.GetString(3), reader.GetInt64(4));
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

    private static string Sums(CounterView table) => string.Join(", ", table.Amounts.Select(Sum));

    /// <summary>A sum that both stores return as 64 bits.</summary>
    private static string Sum(string column) => $"CAST(SUM({column}) AS BIGINT)";
}
