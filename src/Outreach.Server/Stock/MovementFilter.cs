using NodaTime;
using Outreach.Domain.Stock;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>The filter of a list of movements.</summary>
/// <param name="TokenScope">The list and its filters, for the token of the next page.</param>
internal sealed record MovementFilter(string TokenScope, PageRequest Page, string Site, string Product, string Lot, Instant? From, Instant? To)
{
    public static MovementFilter Parse(Wire.ListMovementsRequest wire)
    {
        var violations = new Violations();
        FieldParser.ParseId(wire.SiteId, "site_id", violations);
        FieldParser.CheckOptionalId(wire.ProductId, "product_id", violations);
        if (wire.LotNumber.Length > 0 && !LotNumber.IsValid(wire.LotNumber))
            violations.Add("lot_number", $"must be empty or {LotNumber.Rule}; this is '{Excerpt.From(wire.LotNumber)}'.");
        var from = FieldParser.ParseOptionalInstant(wire.From, "from", violations);
        var to = FieldParser.ParseOptionalInstant(wire.To, "to", violations);
        var list = $"movements/{wire.SiteId}/{wire.ProductId}/{wire.LotNumber}/{from}/{to}";
        var page = Paging.Parse(wire.PageSize, wire.PageToken, list, keyParts: 2, violations);
        PageCursor.Validate(page, violations);
        violations.ThrowIfAny();
        return new MovementFilter(list, page, wire.SiteId, wire.ProductId, wire.LotNumber, from, to);
    }

    public bool Includes(in Movement movement) =>
        (Product.Length == 0 || movement.Product.Value == Product)
        && (Lot.Length == 0 || (movement.Lot.Value == Lot && !movement.IsShortfall))
        && (From is not { } from || movement.OccurredAt >= from)
        && (To is not { } to || movement.OccurredAt < to);
}
