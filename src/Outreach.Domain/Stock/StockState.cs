using System.Collections.Immutable;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>One site's shelves, folded from its events. Its size depends on the number of products and lots, not of events.</summary>
/// <param name="Shelves">What is held, by product id.</param>
/// <param name="Ids">What is remembered of every id ever recorded.</param>
public sealed record StockState(ImmutableSortedDictionary<string, Shelf> Shelves, KnownIdFilter Ids) : IRecordingState
{
    public static readonly StockState Empty = new(ImmutableSortedDictionary.Create<string, Shelf>(StringComparer.Ordinal), KnownIdFilter.Empty);

    /// <summary>What is held of a product; <see cref="Shelf.Bare"/> where nothing ever was.</summary>
    public Shelf GetShelf(ProductId product) => Shelves.GetValueOrDefault(product.Value, Shelf.Bare);

    /// <summary>The state after one more event. It accepts every event that was ever stored.</summary>
    public StockState Apply(StockEvent fact, Instant recordedAt)
    {
        var shelves = ApplyMovements(Shelves, fact);
        if (fact.GetLotStatus(recordedAt) is { Expired: { } expired } lot)
            shelves = SetExpired(shelves, lot.Product, lot.Lot, expired);
        return new StockState(shelves, Ids.Add(fact.GetIdempotencyKeys(), recordedAt));
    }

    /// <summary>The shelves after what an event moved; nothing else of it counts.</summary>
    internal static ImmutableSortedDictionary<string, Shelf> ApplyMovements(ImmutableSortedDictionary<string, Shelf> shelves, StockEvent fact)
    {
        var movements = new List<Movement>(4);
        fact.AddMovements(movements);
        foreach (var movement in movements)
        {
            var id = movement.Product.Value;
            var shelf = shelves.GetValueOrDefault(id, Shelf.Bare);
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
