using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>How a site's shelves are filled and put right. Whether the same request was answered before is asked first, of the ledger.</summary>
public static class StockRules
{
    /// <summary>
    /// Takes in stock. In order: EXPIRY_REQUIRED, where the product expires and neither the request nor the books tell
    /// when; LOT_EXPIRY_DIFFERS, where the lot is on the books with another expiry.
    /// </summary>
    public static Decision<StockEvent> Receive(StockState state, Receipt receipt, Product product, DateTimeZone zone, Instant now)
    {
        var known = state.GetShelf(receipt.Product).Find(receipt.Lot);
        var expires = receipt.ExpiresOn ?? known?.ExpiresOn;
        if (product.TracksExpiry && expires is null)
            return Refusal.FailedPrecondition("EXPIRY_REQUIRED",
                $"Product '{product.Id}' expires: its lot '{receipt.Lot}' is not on the books here yet, so expires_on is required.");

        if (known is { } lot && lot.ExpiresOn != expires)
            return Refusal.FailedPrecondition("LOT_EXPIRY_DIFFERS",
                $"Lot '{receipt.Lot}' of product '{product.Id}' is on the books with expiry {Describe(lot.ExpiresOn)}; this says {Describe(expires)}.");

        var occurredAt = receipt.OccurredAt ?? now;
        var since = occurredAt.InZone(zone).Date;
        return new StockEvent.StockReceived(
            receipt.RequestId,
            receipt.Content,
            receipt.Product,
            receipt.Units,
            occurredAt,
            receipt.Lot,
            expires,
            expires is { } day ? zone.AtStartOfDay(day.PlusDays(1)).ToInstant() : null,
            receipt.Source,
            receipt.Actor,
            state.GetShelf(receipt.Product).Move(receipt.Lot, receipt.Units.Units, expires, since) with { Emptied = [] },
            since);
    }

    /// <summary>
    /// Explains units that the books could not cover. In order: SHORTFALL_EXCEEDED, more than is open; LOT_EXCEEDED, more
    /// than the lot holds.
    /// </summary>
    public static Decision<StockEvent> Settle(StockState state, Settlement settlement, Instant now)
    {
        var shelf = state.GetShelf(settlement.Product);
        var units = settlement.Units.Units;
        if (units > shelf.Shortfall)
            return Refusal.FailedPrecondition("SHORTFALL_EXCEEDED",
                $"{units} units of product '{settlement.Product}' are more than the {shelf.Shortfall} that are open.");

        if (settlement.Lot is { } lot && (shelf.Find(lot)?.Units ?? 0) is var there && units > there)
            return Refusal.FailedPrecondition("LOT_EXCEEDED", $"{units} units are more than the {there} in lot '{lot}' of product '{settlement.Product}'.");

        var after = settlement.Lot is { } from ? shelf.Move(from, -units) : shelf;
        return new StockEvent.ShortfallSettled(
            settlement.RequestId,
            settlement.Content,
            settlement.Product,
            settlement.Units,
            now,
            settlement.Actor,
            settlement.Reason,
            settlement.Lot,
            after with { Shortfall = shelf.Shortfall - units, Emptied = [] });
    }

    /// <summary>Notes that the last day of a lot has passed. What is noted already changes nothing.</summary>
    public static Decision<StockEvent> Expire(StockState state, StockEvent.LotExpired lot) =>
        state.GetShelf(lot.Product).Find(lot.Lot) is { Expired: true } ? new Decision<StockEvent>([]) : lot;

    private static string Describe(LocalDate? day) => day is { } known ? $"{known:uuuu-MM-dd}" : "none";
}
