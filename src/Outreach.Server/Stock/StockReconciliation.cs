using System.Data.Common;
using Outreach.Domain.Stock;

namespace Outreach.Server.Stock;

/// <summary>Checks that the stock of a site is the sum of its movements, in the state and in the views.</summary>
internal static class StockReconciliation
{
    /// <summary>A sentence for each balance that differs.</summary>
    public static IEnumerable<string> FindDiscrepancies(string site, StockState state, DbConnection views)
    {
        var held = ShelfBalances(state);
        var shown = ReadBalances(views, site, """
            SELECT product_id, lot_number, units FROM shelves WHERE site_id = @site
            UNION ALL SELECT product_id, '~', -units FROM shortfalls WHERE site_id = @site
            """);
        var moved = ReadBalances(views, site, """
            SELECT product_id, lot_number, CAST(SUM(units) AS BIGINT) FROM lot_days WHERE site_id = @site GROUP BY product_id, lot_number
            """);
        foreach (var place in held.Keys.Union(shown.Keys).Union(moved.Keys).Order())
        {
            var (balance, view, sum) = (held.GetValueOrDefault(place), shown.GetValueOrDefault(place), moved.GetValueOrDefault(place));
            if (balance != view || balance != sum)
                yield return $"Site {site}, product {place.Product}, lot '{place.Lot}': the events give {balance} units, the view of shelves has {view}, the movements add up to {sum}.";
        }
    }

    private static Dictionary<(string Product, string Lot), long> ShelfBalances(StockState state)
    {
        var held = new Dictionary<(string, string), long>();
        foreach (var (product, shelf) in state.Shelves)
        {
            held[(product, StockViews.ShortfallLot)] = -shelf.Shortfall;
            foreach (var lot in shelf.Lots)
                held[(product, lot.Number.Value)] = lot.Units;
        }

        return held;
    }

    private static Dictionary<(string Product, string Lot), long> ReadBalances(DbConnection views, string site, string sql)
    {
        using var query = views.CreateCommand();
        query.CommandText = sql;
        var parameter = query.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("site", site);
        query.Parameters.Add(parameter);
        using var reader = query.ExecuteReader();
        var found = new Dictionary<(string, string), long>();
        while (reader.Read())
            found[(reader.GetString(0), reader.GetString(1))] = reader.GetInt64(2);
        return found;
    }
}
