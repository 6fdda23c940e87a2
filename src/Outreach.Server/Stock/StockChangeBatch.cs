using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Stock;
using Outreach.Server.Ledger;
using Wire = Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Stock;

/// <summary>Collects the changes of events into one response for watchers.</summary>
internal sealed class StockChangeBatch(LocalDate today)
{
    private readonly List<Movement> moved = [];
    private readonly SortedSet<string> products = new(StringComparer.Ordinal);
    private Wire.WatchStockResponse response = new();

    /// <summary>True if anything was collected.</summary>
    public bool HasChanges => products.Count > 0;

    /// <summary>Adds the changes of an event.</summary>
    /// <returns>The number of collected movements.</returns>
    public int Add(in RecordedFact<StockEvent> recorded)
    {
        moved.Clear();
        recorded.Fact.AddMovements(moved);
        foreach (var movement in moved)
        {
            products.Add(movement.Product.Value);
            response.Movements.Add(StockWire.ToWire(recorded, movement));
        }

        if (recorded.Fact.GetLotStatus(recorded.RecordedAt) is { } lot)
            products.Add(lot.Product.Value);
        response.Version = recorded.Version;
        return response.Movements.Count;
    }

    /// <summary>Returns the response with the shelves of the changed products in a state, and empties the batch.</summary>
    public Wire.WatchStockResponse Flush(StockState now)
    {
        foreach (var product in products)
            response.Products.Add(StockWire.ToWire(product, now.GetShelf(new ProductId(product)), today));
        var taken = response;
        response = new Wire.WatchStockResponse();
        products.Clear();
        return taken;
    }
}
