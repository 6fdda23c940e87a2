using System.Data.Common;
using NodaTime;
using NodaTime.Text;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Recording;

namespace Outreach.Server.Stock;

/// <summary>The stock of a site.</summary>
/// <param name="Version">The version of the site's stream.</param>
/// <param name="Shelves">The shelves by product id, ordered by it.</param>
internal sealed record StockLevels(long Version, IReadOnlyDictionary<string, Shelf> Shelves);

/// <summary>Reads the stock of a site from the views.</summary>
/// <remarks>
/// The stock at an earlier instant is the current stock, minus the movements of later days in UTC, which the views sum by
/// day, minus the later movements of the same day, which are read from the ledger. So it costs the events of one day,
/// however long ago the instant is.
/// </remarks>
internal static class ShelfQueries
{
    /// <param name="asOf">Only movements up to this instant count; null for now.</param>
    public static async Task<StockLevels> ReadAsync(ILedger ledger, StockStreamDefinition definition, string site, Instant? asOf, CancellationToken cancel)
    {
        var units = new SortedDictionary<(string Product, string Lot), long>(ProductLotComparer);
        var expiries = new Dictionary<(string Product, string Lot), LocalDate>();
        var version = await ReadViewsAsync(ledger, site, asOf, units, expiries, cancel);
        if (asOf is { } moment)
            await SubtractLaterMovementsAsync(ledger, definition, site, version, moment, units, cancel);
        return new StockLevels(version, ToShelves(units, expiries));
    }

    /// <summary>The latest version of a site's stream; 0 if it has no events.</summary>
    public static async Task<long> GetVersionAsync(ILedger ledger, string site, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand("SELECT version FROM stock_versions WHERE site_id = @site", ("@site", site));
        return await query.ExecuteScalarAsync(cancel) is long version ? version : 0;
    }

    private static Comparer<(string Product, string Lot)> ProductLotComparer { get; } = Comparer<(string Product, string Lot)>.Create((x, y) =>
        string.CompareOrdinal(x.Product, y.Product) is var products and not 0 ? products : string.CompareOrdinal(x.Lot, y.Lot));

    private static async Task<long> ReadViewsAsync(
        ILedger ledger,
        string site,
        Instant? asOf,
        SortedDictionary<(string Product, string Lot), long> units,
        Dictionary<(string Product, string Lot), LocalDate> expiries,
        CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var moment = await views.BeginReadTransactionAsync(cancel);
        var version = 0L;
        await ReadAsync(views, "SELECT '', '', version FROM stock_versions WHERE site_id = @site", (_, _, value) => version = value);
        await ReadAsync(views, "SELECT product_id, lot_number, units FROM shelves WHERE site_id = @site", Sum);
        await ReadAsync(views, "SELECT product_id, '~', -units FROM shortfalls WHERE site_id = @site", Sum);
        if (asOf is { } until)
            await ReadAsync(views, $"""
                SELECT product_id, lot_number, CAST(-SUM(units) AS BIGINT) FROM lot_days
                WHERE site_id = @site AND day > {DayNumber.From(until)} GROUP BY product_id, lot_number
                """, Sum);

        await using var lots = views.CreateCommand(
            "SELECT product_id, lot_number, expires_on FROM lots WHERE site_id = @site AND expires_on <> ''", ("@site", site));
        await using var rows = await lots.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
            expiries[(rows.GetString(0), rows.GetString(1))] = LocalDatePattern.Iso.Parse(rows.GetString(2)).Value;
        return version;

        void Sum(string product, string lot, long value) => Add(units, product, lot, value);

        async Task ReadAsync(DbConnection from, string sql, Action<string, string, long> row)
        {
            await using var query = from.CreateCommand(sql, ("@site", site));
            await using var found = await query.ExecuteReaderAsync(cancel);
            while (await found.ReadAsync(cancel))
                row(found.GetString(0), found.GetString(1), found.GetInt64(2));
        }
    }

    /// <summary>Subtracts the movements after an instant on the same day.</summary>
    private static async Task SubtractLaterMovementsAsync(
        ILedger ledger,
        StockStreamDefinition definition,
        string site,
        long version,
        Instant asOf,
        SortedDictionary<(string Product, string Lot), long> units,
        CancellationToken cancel)
    {
        var nextDay = DayNumber.ToStartOfDay(DayNumber.From(asOf) + 1);
        var moved = new List<Movement>();
        await foreach (var run in ledger.ReadBackwardsAsync(definition, site, version + 1, asOf, nextDay, skipDamaged: false, cancel))
        {
            moved.Clear();
            foreach (var recorded in run)
                recorded.Fact.AddMovements(moved);
            foreach (var movement in moved)
            {
                if (movement.OccurredAt > asOf && movement.OccurredAt < nextDay)
                    Add(units, movement.Product.Value, movement.IsShortfall ? StockViews.ShortfallLot : movement.Lot.Value, -movement.Units);
            }
        }
    }

    private static void Add(SortedDictionary<(string Product, string Lot), long> units, string product, string lot, long value)
    {
        units.TryGetValue((product, lot), out var before);
        units[(product, lot)] = before + value;
    }

    private static SortedDictionary<string, Shelf> ToShelves(
        SortedDictionary<(string Product, string Lot), long> units, Dictionary<(string Product, string Lot), LocalDate> expiries)
    {
        var shelves = new SortedDictionary<string, Shelf>(StringComparer.Ordinal);
        foreach (var product in units.GroupBy(place => place.Key.Product))
        {
            var lots = product
                .Where(place => place.Key.Lot != StockViews.ShortfallLot)
                .Select(place => new Lot(
                    new LotNumber(place.Key.Lot), expiries.TryGetValue(place.Key, out var day) ? day : null, place.Value))
                .Order()
                .ToLookup(lot => lot.Units != 0);
            var shortfall = -units.GetValueOrDefault((product.Key, StockViews.ShortfallLot));
            shelves[product.Key] = new Shelf([.. lots[true]], [.. lots[false].Take(Shelf.MaxEmptied)], shortfall);
        }

        return shelves;
    }
}
