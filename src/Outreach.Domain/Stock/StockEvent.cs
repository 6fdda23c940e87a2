using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>An event about one site's stock. Stored permanently: members are added, never renamed or removed.</summary>
/// <remarks>Each event contains everything that it changes, so that balances can be computed from it alone.</remarks>
public abstract record StockEvent : IRecordedEvent
{
    private protected StockEvent()
    {
    }

    /// <summary>The ids by which a repeated request is recognized.</summary>
    public abstract IdempotencyKeys GetIdempotencyKeys();

    /// <summary>When it occurred; null if the event is not indexed by time.</summary>
    public abstract OccurrenceRange? GetOccurrence();

    /// <summary>Adds its movements, in a fixed order.</summary>
    public abstract void AddMovements(List<Movement> movements);

    /// <summary>The person who moved stock, and their note.</summary>
    public abstract MovementNote GetMovementNote();

    /// <summary>The status of a lot that the event sets; null if it sets none.</summary>
    public abstract LotStatus? GetLotStatus(Instant recordedAt);

    /// <summary>Stock was received.</summary>
    /// <param name="RequestId">The request's id, created by the caller before the first attempt.</param>
    /// <param name="Content">The hash of the request.</param>
    /// <param name="ExpiresOn">The last day it can be used; null if it does not expire.</param>
    /// <param name="ExpiredFrom">The first moment after that day in the site's time zone; null if it does not expire.</param>
    /// <param name="Source">The supplier, at most 100 characters.</param>
    /// <param name="After">The product's shelf after this event.</param>
    /// <param name="Day">The day of receipt in the site's time zone; null if not known.</param>
    public sealed record StockReceived(
        Guid RequestId,
        ContentHash Content,
        ProductId Product,
        Quantity Units,
        Instant OccurredAt,
        LotNumber Lot = default,
        LocalDate? ExpiresOn = null,
        Instant? ExpiredFrom = null,
        string Source = "",
        ActorId Actor = default,
        Shelf? After = null,
        LocalDate? Day = null) : StockEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Request: RequestId, Content: Content);

        public override OccurrenceRange? GetOccurrence() => new OccurrenceRange(OccurredAt);

        public override void AddMovements(List<Movement> movements) =>
            movements.Add(new Movement(MovementKind.Receipt, Product, Lot, Units.Units, false, OccurredAt, ExpiresOn, Day));

        public override MovementNote GetMovementNote() => new(Actor, Source);

        public override LotStatus? GetLotStatus(Instant recordedAt) =>
            new LotStatus(Product, Lot, ExpiresOn, ExpiredFrom is { } from ? from <= recordedAt : null, ExpiredFrom);
    }

    /// <summary>Units that recorded stock did not cover were settled.</summary>
    /// <param name="RequestId">The request's id, created by the caller before the first attempt.</param>
    /// <param name="Content">The hash of the request.</param>
    /// <param name="Lot">The lot they were taken from; null if they were taken from stock that was never recorded.</param>
    /// <param name="After">The product's shelf after this event.</param>
    public sealed record ShortfallSettled(
        Guid RequestId,
        ContentHash Content,
        ProductId Product,
        Quantity Units,
        Instant OccurredAt,
        ActorId Actor,
        Reason Reason,
        LotNumber? Lot = null,
        Shelf? After = null) : StockEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Request: RequestId, Content: Content);

        public override OccurrenceRange? GetOccurrence() => new OccurrenceRange(OccurredAt);

        public override void AddMovements(List<Movement> movements)
        {
            if (Lot is { } lot)
                movements.Add(new Movement(MovementKind.Settlement, Product, lot, -Units.Units, false, OccurredAt));
            movements.Add(new Movement(MovementKind.Settlement, Product, default, Units.Units, true, OccurredAt));
        }

        public override MovementNote GetMovementNote() => new(Actor, Reason.Text);

        public override LotStatus? GetLotStatus(Instant recordedAt) => null;
    }

    /// <summary>The last day that a lot can be used has passed.</summary>
    public sealed record LotExpired(ProductId Product, LotNumber Lot, LocalDate ExpiresOn) : StockEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => default;

        public override OccurrenceRange? GetOccurrence() => null;

        public override void AddMovements(List<Movement> movements)
        {
        }

        public override MovementNote GetMovementNote() => new(default);

        public override LotStatus? GetLotStatus(Instant recordedAt) => new LotStatus(Product, Lot, ExpiresOn, Expired: true);
    }
}
