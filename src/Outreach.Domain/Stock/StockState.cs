using System.Collections.Immutable;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>One site's shelves, folded from its events. Its size depends on the number of products and lots, not of events.</summary>
/// <param name="Shelves">The shelves, by product id.</param>
/// <param name="Ids">The filter of all recorded ids.</param>
public sealed record StockState(ImmutableSortedDictionary<string, Shelf> Shelves, KnownIdFilter Ids) : IRecordingState
{
    public static readonly StockState Empty = new(ImmutableSortedDictionary.Create<string, Shelf>(StringComparer.Ordinal), KnownIdFilter.Empty);

    /// <summary>The shelf of a product; <see cref="Shelf.Empty"/> if it never had stock.</summary>
    public Shelf GetShelf(ProductId product) => Shelves.GetValueOrDefault(product.Value, Shelf.Empty);

    /// <summary>The state after one more event. Accepts every event.</summary>
    public StockState Apply(StockEvent fact, Instant recordedAt)
    {
        var shelves = ApplyMovements(Shelves, fact);
        if (fact.GetLotStatus(recordedAt) is { Expired: { } expired } lot)
            shelves = SetExpired(shelves, lot.Product, lot.Lot, expired);
        return new StockState(shelves, Ids.Add(fact.GetIdempotencyKeys(), recordedAt));
    }

    /// <summary>The shelves after an event's movements. Nothing else of the event is applied.</summary>
    internal static ImmutableSortedDictionary<string, Shelf> ApplyMovements(ImmutableSortedDictionary<string, Shelf> shelves, StockEvent fact)
    {
        var movements = new List<Movement>(4);
        fact.AddMovements(movements);
        foreach (var movement in movements)
        {
            var id = movement.Product.Value;
            var shelf = shelves.GetValueOrDefault(id, Shelf.Empty);
            var next = movement.IsShortfall
                ? shelf with { Shortfall = shelf.Shortfall - movement.Units }
                : shelf.Move(movement.Lot, movement.Units, movement.ExpiresOn, movement.ReceivedOn);
            shelves = shelves.SetItem(id, next);
        }

        return shelves;
    }

    private static ImmutableSortedDictionary<string, Shelf> SetExpired(
        ImmutableSortedDictionary<string, Shelf> shelves, ProductId product, LotNumber number, bool expired) =>
        shelves.TryGetValue(product.Value, out var shelf) && shelf.Find(number) is { } lot && lot.Expired != expired
            ? shelves.SetItem(product.Value, shelf.SetExpired(number, expired))
            : shelves;
}
