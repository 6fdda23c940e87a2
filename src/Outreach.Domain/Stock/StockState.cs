using System.Collections.Immutable;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Stock;

/// <summary>One site's shelves, folded from its facts. Its size depends on products and lots, not on how much happened.</summary>
/// <param name="Shelves">What is held, by product id.</param>
/// <param name="Ids">What is remembered of every id ever recorded.</param>
public sealed record StockState(ImmutableSortedDictionary<string, Shelf> Shelves, KnownIdFilter Ids)
{
    public static readonly StockState Empty = new(ImmutableSortedDictionary.Create<string, Shelf>(StringComparer.Ordinal), KnownIdFilter.Empty);

    /// <summary>What is held of a product; <see cref="Shelf.Bare"/> where nothing ever was.</summary>
    public Shelf GetShelf(ProductId product) => Shelves.GetValueOrDefault(product.Value, Stock.Shelf.Bare);

    /// <summary>The state after one more fact. It accepts every fact that was ever stored.</summary>
    public StockState Apply(StockEvent fact, Instant recordedAt)
    {
        var shelves = ApplyMovements(Shelves, fact);
        return new StockState(SetExpired(shelves, fact, recordedAt), AddKnownIds(Ids, fact, recordedAt));
    }

    /// <summary>The shelves after what a fact moved, nothing else of it counted.</summary>
    internal static ImmutableSortedDictionary<string, Shelf> ApplyMovements(ImmutableSortedDictionary<string, Shelf> shelves, StockEvent fact)
    {
        var moved = new List<Movement>(4);
        Movement.AddFrom(fact, moved);
        foreach (var movement in moved)
        {
            var id = movement.Product.Value;
            var shelf = shelves.GetValueOrDefault(id, Stock.Shelf.Bare);
            var next = movement.IsShortfall
                ? shelf with { Shortfall = shelf.Shortfall - movement.Units }
                : fact is StockEvent.StockReceived received
                ? shelf.Move(movement.Lot, movement.Units, received.ExpiresOn, received.Day)
                : shelf.Move(movement.Lot, movement.Units);
            shelves = shelves.SetItem(id, next);
        }

        return shelves;
    }

    private static ImmutableSortedDictionary<string, Shelf> SetExpired(ImmutableSortedDictionary<string, Shelf> shelves, StockEvent fact, Instant recordedAt) =>
        fact switch
        {
            StockEvent.LotExpired expired => SetExpired(shelves, expired.Product, expired.Lot, true),
            StockEvent.StockReceived { ExpiredFrom: { } from } received =>
                SetExpired(shelves, received.Product, received.Lot, from <= recordedAt),
            _ => shelves,
        };

    private static ImmutableSortedDictionary<string, Shelf> SetExpired(
        ImmutableSortedDictionary<string, Shelf> shelves, ProductId product, LotNumber number, bool expired) =>
        shelves.TryGetValue(product.Value, out var shelf) && shelf.Find(number) is { } lot && lot.Expired != expired
            ? shelves.SetItem(product.Value, shelf.SetExpired(number, expired))
            : shelves;

    private static KnownIdFilter AddKnownIds(KnownIdFilter ids, StockEvent fact, Instant recordedAt)
    {
        var (first, second) = IdempotencyKeys.From(fact);
        ids = first is { } one ? ids.Add(one, recordedAt) : ids;
        return second is { } other ? ids.Add(other, recordedAt) : ids;
    }
}

/// <summary>The ids by which a repetition of what made a fact is recognised.</summary>
public static class IdempotencyKeys
{
    /// <summary>The encounter's id, where the fact is about one, and the request's, where there was one.</summary>
    public static (Guid? Encounter, Guid? Request) From(StockEvent fact) => fact switch
    {
        StockEvent.EncounterLogged logged => (logged.Counted.Encounter.Id, logged.Release?.RequestId),
        StockEvent.EncounterHeld held => (held.Record.EncounterId, null),
        StockEvent.HeldReleased released => (released.Record.EncounterId, released.Release.RequestId),
        StockEvent.HandOverBegun begun => (begun.Record.EncounterId, begun.Release.RequestId),
        StockEvent.HandOverRefused refused => (refused.Record.EncounterId, null),
        StockEvent.HeldDropped dropped => (dropped.Record.EncounterId, dropped.RequestId),
        StockEvent.EncounterCorrected corrected => (corrected.Before.Encounter.Id, corrected.RequestId),
        StockEvent.EncounterVoided voided => (voided.Before.Encounter.Id, voided.RequestId),
        StockEvent.StockReceived received => (null, received.RequestId),
        StockEvent.ShortfallSettled settled => (null, settled.RequestId),
        _ => (null, null),
    };
}
