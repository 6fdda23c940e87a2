using NodaTime.Text;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;

namespace Outreach.Server.Stock;

/// <summary>Projects events into the views of stock, using the abstract members of the events.</summary>
internal static class StockProjection
{
    [ThreadStatic]
    private static List<Movement>? buffer;

    public static void Project(in RecordedFact<StockEvent> recorded, Effects effects)
    {
        effects.Add(StockViews.StockVersions, new RowKey(recorded.StreamId), [recorded.Version]);
        AddKeys(recorded.Fact, effects);
        if (recorded.Fact.GetOccurrence() is { } occurrence)
            effects.SetOccurred(occurrence.From, occurrence.To);
        AddMovements(recorded.StreamId, recorded.Fact, effects);
        if (recorded.Fact.GetLotStatus(recorded.RecordedAt) is { } lot)
            SetLot(recorded.StreamId, lot, effects);
    }

    private static void AddKeys(StockEvent fact, Effects effects)
    {
        var keys = fact.GetIdempotencyKeys();
        if (keys.Record is { } record)
            effects.AddKey(record);
        if (keys.Request is { } request)
            effects.AddKey(request);
    }

    private static void AddMovements(string site, StockEvent fact, Effects effects)
    {
        var movements = buffer ??= [];
        movements.Clear();
        fact.AddMovements(movements);
        foreach (var movement in movements)
        {
            var product = movement.Product.Value;
            effects.Add(StockViews.ProgramShelves, new RowKey(product), [movement.Units, movement.IsShortfall ? -movement.Units : 0]);
            if (movement.IsShortfall)
                effects.Add(StockViews.Shortfalls, new RowKey(site, product), [-movement.Units]);
            else
                effects.Add(StockViews.Shelves, new RowKey(site, product, movement.Lot.Value), [movement.Units]);
            var lot = movement.IsShortfall ? StockViews.ShortfallLot : movement.Lot.Value;
            effects.Add(StockViews.LotDays, new RowKey(site, product, lot, DayNumber.From(movement.OccurredAt)), [movement.Units]);
        }
    }

    private static void SetLot(string site, in LotStatus lot, Effects effects)
    {
        effects.Set(
            StockViews.Lots,
            new RowKey(site, lot.Product.Value, lot.Lot.Value),
            "{}",
            lot.ExpiresOn is { } day ? LocalDatePattern.Iso.Format(day) : "",
            lot.Expired == true ? "1" : "");
        if (lot is not { ExpiresOn: { } last, Expired: { } expired })
            return;

        var key = LotExpiryPromise.FormatKey(new StockEvent.LotExpired(lot.Product, lot.Lot, last));
        if (expired)
            effects.PromiseDone(LotExpiryPromise.Kind, key); // An earlier receipt may have made it.
        else
            effects.Promise(LotExpiryPromise.Kind, key, lot.ExpiredFrom!.Value);
    }
}
