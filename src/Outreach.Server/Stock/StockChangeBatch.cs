using NodaTime;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>Gathers what facts moved into one response for watchers.</summary>
internal sealed class StockChangeBatch(string site, LocalDate today)
{
    private readonly List<Movement> moved = [];
    private readonly SortedSet<string> products = new(StringComparer.Ordinal);
    private Wire.WatchStockResponse response = new();

    /// <summary>Whether there is anything to tell.</summary>
    public bool HasChanges => products.Count > 0;

    /// <summary>Adds what a fact changes.</summary>
    /// <returns>How many movements are gathered.</returns>
    public int Add(in RecordedFact<StockEvent> recorded)
    {
        moved.Clear();
        Movement.AddFrom(recorded.Fact, moved);
        foreach (var movement in moved)
        {
            products.Add(movement.Product.Value);
            response.Movements.Add(StockWireWriter.ToWire(site, recorded.Version, recorded.RecordedAt, recorded.Fact, movement));
        }

        if (recorded.Fact is StockEvent.LotExpired expired)
            products.Add(expired.Product.Value);
        response.Version = recorded.Version;
        return response.Movements.Count;
    }

    /// <summary>What was gathered, with the products that changed as they are in a state; begins anew.</summary>
    public Wire.WatchStockResponse Flush(StockState now)
    {
        foreach (var product in products)
            response.Products.Add(StockWireWriter.ToWire(product, now.GetShelf(new Domain.Catalog.ProductId(product)), today));
        var taken = response;
        response = new Wire.WatchStockResponse();
        products.Clear();
        return taken;
    }
}
