using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>The rules for receiving stock and settling shortfalls. Callers first check for repeated requests in the ledger.</summary>
public static class StockRules
{
    /// <summary>
    /// Receives stock. Refused, in this order: EXPIRY_REQUIRED if the product expires and neither the request nor the recorded
    /// lot has an expiry; LOT_EXPIRY_DIFFERS if the lot is recorded with another expiry.
    /// </summary>
    public static Decision<StockEvent> Receive(StockState state, Receipt receipt, Product product, DateTimeZone zone, Instant now)
    {
        var recorded = state.GetShelf(receipt.Product).Find(receipt.Lot);
        var expires = receipt.ExpiresOn ?? recorded?.ExpiresOn;
        if (product.TracksExpiry && expires is null)
            return Refusal.FailedPrecondition("EXPIRY_REQUIRED",
                $"Product '{product.Id}' expires and its lot '{receipt.Lot}' is not recorded here yet, so expires_on is required.");

        if (recorded is { } lot && lot.ExpiresOn != expires)
            return Refusal.FailedPrecondition("LOT_EXPIRY_DIFFERS",
                $"Lot '{receipt.Lot}' of product '{product.Id}' must have the recorded expiry {Describe(lot.ExpiresOn)}; this is {Describe(expires)}.");

        var occurredAt = receipt.OccurredAt ?? now;
        var receivedOn = occurredAt.InZone(zone).Date;
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
            state.GetShelf(receipt.Product).Move(receipt.Lot, receipt.Units.Units, expires, receivedOn) with { Emptied = [] },
            receivedOn);
    }

    /// <summary>
    /// Settles units that recorded stock did not cover. Refused, in this order: SHORTFALL_EXCEEDED if they are more than the
    /// open shortfall; LOT_EXCEEDED if they are more than the lot has.
    /// </summary>
    public static Decision<StockEvent> Settle(StockState state, Settlement settlement, Instant now)
    {
        var shelf = state.GetShelf(settlement.Product);
        var units = settlement.Units.Units;
        if (units > shelf.Shortfall)
            return Refusal.FailedPrecondition("SHORTFALL_EXCEEDED",
                $"{units} units of product '{settlement.Product}' are more than its open shortfall of {shelf.Shortfall}.");

        if (settlement.Lot is { } lot && (shelf.Find(lot)?.Units ?? 0) is var available && units > available)
            return Refusal.FailedPrecondition("LOT_EXCEEDED", $"{units} units are more than the {available} in lot '{lot}' of product '{settlement.Product}'.");

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

    /// <summary>Records that the last day of a lot has passed. Records nothing if that is recorded already.</summary>
    public static Decision<StockEvent> Expire(StockState state, StockEvent.LotExpired lot) =>
        state.GetShelf(lot.Product).Find(lot.Lot) is { Expired: true } ? new Decision<StockEvent>([]) : lot;

    private static string Describe(LocalDate? day) => day is { } recorded ? $"{recorded:uuuu-MM-dd}" : "none";
}
