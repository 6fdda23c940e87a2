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

/// <summary>Converts stock between the API and the domain.</summary>
internal static class StockWire
{
    private const int MaxSourceLength = 100;

    /// <summary>Parses a receipt of stock.</summary>
    /// <param name="product">The current product in the catalog; null if it does not exist.</param>
    /// <param name="actor">The person who records it.</param>
    /// <param name="mismatches">Well-formed fields that do not match the current product.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names mismatches too.</exception>
    public static Receipt Parse(Wire.ReceiveStockRequest wire, Product? product, ActorId actor, Instant now, out Violations mismatches)
    {
        var violations = new Violations();
        mismatches = new Violations();
        var id = FieldParser.ParseUuid(wire.RequestId, "request_id", violations);
        FieldParser.ParseId(wire.SiteId, "site_id", violations);
        FieldParser.ParseId(wire.ProductId, "product_id", violations);
        var units = ParseUnits(wire.Units, violations);
        var lot = ParseLot(wire.LotNumber, violations);
        var expires = FieldParser.ParseOptionalDay(wire.ExpiresOn, "expires_on", violations);
        var occurred = ParseOccurred(wire, now, violations);
        if (wire.Source.Length > MaxSourceLength)
            violations.Add("source", $"must have at most {MaxSourceLength} characters; this has {wire.Source.Length}.");
        if (product is not null)
            CheckTracking(wire, product, violations.Any ? violations : mismatches);
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

    /// <summary>The shelf of a product on a day in the site's time zone.</summary>
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

    /// <summary>A movement of an event.</summary>
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
            violations.Add("occurred_at", $"must not be more than 5 minutes after now, {now}; this is {occurred}.");
        if (occurred < DeviceClock.Earliest)
            violations.Add("occurred_at", $"must not be before {DeviceClock.Earliest}; this is {occurred}.");
        return occurred;
    }

    private static Quantity ParseUnits(int wire, Violations violations)
    {
        if (wire is >= 1 and <= Quantity.Max)
            return new Quantity(wire);

        violations.Add("units", $"must be 1 to {Quantity.Max}; this is {wire}.");
        return default;
    }

    private static LotNumber ParseLot(string wire, Violations violations)
    {
        if (wire.Length == 0 || LotNumber.IsValid(wire))
            return new LotNumber(wire);

        violations.Add("lot_number", $"must be {LotNumber.Rule}; this is '{Excerpt.From(wire)}'.");
        return default;
    }

    private static void CheckTracking(Wire.ReceiveStockRequest wire, Product product, Violations violations)
    {
        if (product.TracksLots && wire.LotNumber.Length == 0)
            violations.Add("lot_number", $"is required, because product '{product.Id}' is recorded by lot.");
        if (!product.TracksLots && wire.LotNumber.Length > 0)
            violations.Add("lot_number", $"must be empty, because product '{product.Id}' is not recorded by lot.");
        if (!product.TracksExpiry && wire.ExpiresOn.Length > 0)
            violations.Add("expires_on", $"must be empty, because product '{product.Id}' does not expire.");
    }
}
