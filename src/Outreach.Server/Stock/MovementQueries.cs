using System.Globalization;
using NodaTime;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>Which movements are asked for.</summary>
/// <param name="TokenScope">The list and its filters, for the token of the next page.</param>
internal sealed record MovementFilter(string TokenScope, PageRequest Page, string Site, string Product, string Lot, Instant? From, Instant? To)
{
    public static MovementFilter Parse(Wire.ListMovementsRequest wire)
    {
        var wrong = new Violations();
        StockWire.CheckSlug("site_id", wire.SiteId, wrong);
        if (wire.ProductId.Length > 0)
            StockWire.CheckSlug("product_id", wire.ProductId, wrong);
        if (wire.LotNumber.Length > 0 && !LotNumber.IsValid(wire.LotNumber))
            wrong.Add("lot_number", $"is empty or {LotNumber.Rule}; this is '{Excerpt.From(wire.LotNumber)}'.");
        var from = WireTime.Parse("from", wire.From, wrong);
        var to = WireTime.Parse("to", wire.To, wrong);
        var list = $"movements/{wire.SiteId}/{wire.ProductId}/{wire.LotNumber}/{from}/{to}";
        var page = Paging.Parse(wire.PageSize, wire.PageToken, list, keyParts: 2, wrong);
        PageCursor.Validate(page, wrong);
        wrong.ThrowIfAny();
        return new MovementFilter(list, page, wire.SiteId, wire.ProductId, wire.LotNumber, from, to);
    }

    public bool Includes(in Movement movement) =>
        (Product.Length == 0 || movement.Product.Value == Product)
        && (Lot.Length == 0 || (movement.Lot.Value == Lot && !movement.IsShortfall))
        && (From is not { } from || movement.OccurredAt >= from)
        && (To is not { } to || movement.OccurredAt < to);
}

/// <summary>Reads movements from the ledger, latest recorded first.</summary>
internal static class MovementQueries
{
    /// <summary>Facts that one page looks at, at most: a page of what is rare can be short.</summary>
    private const int MaxFacts = 20_000;

    public static async Task<Wire.ListMovementsResponse> ListAsync(
        ILedger ledger, StockStreamDefinition family, MovementFilter asked, CancellationToken cancel)
    {
        // A token names the fact that the page before ended in and how many of its movements it had.
        var (last, taken) = PageCursor.Parse(asked.Page);
        var response = new Wire.ListMovementsResponse();
        var seen = 0;
        var moved = new List<Movement>();
        await foreach (var run in ledger.ReadBackwardsAsync(family, asked.Site, UpperBound(last, taken), asked.From, asked.To, skipDamaged: true, cancel))
        {
            foreach (var recorded in LatestFirst(run))
            {
                moved.Clear();
                Movement.AddFrom(recorded.Fact, moved);
                for (var i = recorded.Version == last ? taken : 0; i < moved.Count; i++)
                {
                    if (!asked.Includes(moved[i]))
                        continue;

                    if (response.Movements.Count == asked.Page.Size)
                        return WithToken(response, asked, recorded.Version, i);
                    response.Movements.Add(StockWireWriter.ToWire(asked.Site, recorded.Version, recorded.RecordedAt, recorded.Fact, moved[i]));
                }

                if (++seen >= MaxFacts)
                    return WithToken(response, asked, recorded.Version, int.MaxValue);
            }
        }

        return response;
    }

    /// <summary>The facts of a run, latest first.</summary>
    public static IEnumerable<RecordedFact<StockEvent>> LatestFirst(IReadOnlyList<RecordedFact<StockEvent>> run)
    {
        var upwards = run.Count < 2 || run[0].Version < run[^1].Version;
        for (var i = 0; i < run.Count; i++)
            yield return run[upwards ? run.Count - 1 - i : i];
    }

    private static long UpperBound(long last, int taken) => last == 0 ? long.MaxValue : taken == int.MaxValue ? last : last + 1;

    private static Wire.ListMovementsResponse WithToken(Wire.ListMovementsResponse response, MovementFilter asked, long version, int taken)
    {
        response.NextPageToken = Paging.CreateToken(
            asked.TokenScope, version.ToString(CultureInfo.InvariantCulture), taken.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
