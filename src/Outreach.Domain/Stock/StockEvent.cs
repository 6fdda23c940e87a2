using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>What happened to one site's stock. Stored for ever: members are added, never renamed or removed.</summary>
/// <remarks>Each event says by itself what it changes, so that balances can be computed from it alone.</remarks>
public abstract record StockEvent : IRecordedEvent
{
    private protected StockEvent()
    {
    }

    /// <summary>The ids by which a repetition is recognized.</summary>
    public abstract IdempotencyKeys GetIdempotencyKeys();

    /// <summary>When it happened; null where it is not found by time.</summary>
    public abstract OccurrenceRange? GetOccurrence();

    /// <summary>Adds what it moved, in a fixed order.</summary>
    public abstract void AddMovements(List<Movement> movements);

    /// <summary>Who moved stock, and what they noted.</summary>
    public abstract MovementNote GetMovementNote();

    /// <summary>What it says of a lot; null where it says nothing of one.</summary>
    public abstract LotStatus? GetLotStatus(Instant recordedAt);

    /// <summary>Stock came in.</summary>
    /// <param name="RequestId">Made by the caller before the first attempt.</param>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="ExpiresOn">The last day it can be used; null where it does not expire.</param>
    /// <param name="ExpiredFrom">The first moment after that day in the site's time zone.</param>
    /// <param name="Source">Whom it came from, at most 100 characters.</param>
    /// <param name="After">What the site then held of the product.</param>
    /// <param name="Day">The day it came in, in the site's time zone.</param>
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

    /// <summary>Units that the books could not cover were explained.</summary>
    /// <param name="RequestId">Made by the caller before the first attempt.</param>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Lot">The lot they came from; null: they came from stock that was never booked.</param>
    /// <param name="After">What the site then held of the product.</param>
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
