using Google.Protobuf.Collections;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>Stock between the API and the domain.</summary>
internal static class StockWire
{
    private const int MaxSourceLength = 100;

    /// <summary>Parses stock that came in.</summary>
    /// <param name="product">The product as the catalogue has it now; null where it has none.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="unfit">What is well-formed but does not fit the product as it is now.</param>
    /// <exception cref="InvalidRequestException">Something is malformed; what does not fit is named too.</exception>
    public static Receipt Parse(Wire.ReceiveStockRequest wire, Product? product, ActorId actor, Instant now, out Violations unfit)
    {
        var violations = new Violations();
        unfit = new Violations();
        var id = FieldParser.ParseUuid(wire.RequestId, "request_id", violations);
        FieldParser.ParseId(wire.SiteId, "site_id", violations);
        FieldParser.ParseId(wire.ProductId, "product_id", violations);
        var units = ParseUnits(wire.Units, violations);
        var lot = ParseLot(wire.LotNumber, violations);
        var expires = FieldParser.ParseOptionalDay(wire.ExpiresOn, "expires_on", violations);
        var occurred = ParseOccurred(wire, now, violations);
        if (wire.Source.Length > MaxSourceLength)
            violations.Add("source", $"has at most {MaxSourceLength} characters; this has {wire.Source.Length}.");
        if (product is not null)
            CheckTracking(wire, product, violations.Any ? violations : unfit);
        violations.ThrowIfAny();
        return new Receipt(id, ContentHasher.Compute(wire), new ProductId(wire.ProductId), units, lot, expires, occurred, wire.Source, actor);
    }

    public static Settlement Parse(Wire.SettleShortfallRequest wire, ActorId actor)
    {
        var violations = new Violations();
        var id = FieldParser.ParseUuid(wire.RequestId, "request_id", violations);
        FieldParser.ParseId(wire.SiteId, "site_id", violations);
        FieldParser.ParseId(wire.ProductId, "product_id", violations);
        var units = ParseUnits(wire.Units, violations);
        LotNumber? lot = wire.LotNumber switch
        {
            "" => null,
            "-" => default(LotNumber),
            var number => ParseLot(number, violations),
        };
        var reason = RecordingFields.ParseReason(wire.Reason, violations);
        violations.ThrowIfAny();
        return new Settlement(id, ContentHasher.Compute(wire), new ProductId(wire.ProductId), units, actor, reason, lot);
    }

    /// <summary>What a site holds of a product, on a day of its own time zone.</summary>
    public static Wire.ProductStock ToWire(string productId, Shelf shelf, LocalDate today)
    {
        var wire = new Wire.ProductStock { ProductId = productId, OnHand = shelf.OnHand(), Shortfall = shelf.Shortfall };
        foreach (var lot in shelf.Lots)
        {
            var expired = lot.ExpiresOn < today;
            wire.Expired += expired ? lot.Units : 0;
            wire.Usable += expired ? 0 : lot.Units;
            wire.Lots.Add(new Wire.LotStock
            {
                LotNumber = lot.Number.Value,
                ExpiresOn = WireTime.ToWire(lot.ExpiresOn),
                OnHand = lot.Units,
                Expired = expired,
            });
        }

        return wire;
    }

    /// <summary>A movement that an event made.</summary>
    public static Wire.Movement ToWire(in RecordedFact<StockEvent> recorded, in Movement movement)
    {
        var keys = recorded.Fact.GetIdempotencyKeys();
        var note = recorded.Fact.GetMovementNote();
        return new Wire.Movement
        {
            SiteId = recorded.StreamId,
            Version = recorded.Version,
            Kind = WireEnums.ToWire<MovementKind, Wire.MovementKind>(movement.Kind),
            ProductId = movement.Product.Value,
            LotNumber = movement.Lot.Value,
            Units = movement.Units,
            IsShortfall = movement.IsShortfall,
            OccurredAt = WireTime.ToWire(movement.OccurredAt),
            RecordedAt = WireTime.ToWire(recorded.RecordedAt),
            CauseId = (keys.Record ?? keys.Request)?.ToString() ?? "",
            ActorId = note.Actor.Value,
            Note = note.Text,
        };
    }

    public static void Add(EquatableList<Shortfall> shortfalls, RepeatedField<Wire.Shortfall> wire)
    {
        foreach (var (product, units) in shortfalls)
            wire.Add(new Wire.Shortfall { ProductId = product.Value, Units = (int)Math.Min(units, int.MaxValue) });
    }

    private static Instant? ParseOccurred(Wire.ReceiveStockRequest wire, Instant now, Violations violations)
    {
        var occurred = FieldParser.ParseOptionalInstant(wire.OccurredAt, "occurred_at", violations);
        if (occurred > now + DeviceClock.FutureTolerance)
            violations.Add("occurred_at", $"is at most 5 minutes after now, {now}; this is {occurred}.");
        if (occurred < DeviceClock.Earliest)
            violations.Add("occurred_at", $"is not before {DeviceClock.Earliest}; this is {occurred}.");
        return occurred;
    }

    private static Quantity ParseUnits(int wire, Violations violations)
    {
        if (wire is >= 1 and <= Quantity.Max)
            return new Quantity(wire);

        violations.Add("units", $"is 1 to {Quantity.Max}; this is {wire}.");
        return default;
    }

    private static LotNumber ParseLot(string wire, Violations violations)
    {
        if (wire.Length == 0 || LotNumber.IsValid(wire))
            return new LotNumber(wire);

        violations.Add("lot_number", $"is {LotNumber.Rule}; this is '{Excerpt.From(wire)}'.");
        return default;
    }

    private static void CheckTracking(Wire.ReceiveStockRequest wire, Product product, Violations violations)
    {
        if (product.TracksLots && wire.LotNumber.Length == 0)
            violations.Add("lot_number", $"is required: lots of product '{product.Id}' are told apart.");
        if (!product.TracksLots && wire.LotNumber.Length > 0)
            violations.Add("lot_number", $"is empty: lots of product '{product.Id}' are not told apart.");
        if (!product.TracksExpiry && wire.ExpiresOn.Length > 0)
            violations.Add("expires_on", $"is empty: product '{product.Id}' does not expire.");
    }
}
