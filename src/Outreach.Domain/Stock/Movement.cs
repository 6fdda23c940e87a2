using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;

namespace Outreach.Domain.Stock;

/// <summary>A change of what a site holds: what is on hand is the sum of these.</summary>
/// <param name="Kind">Why stock moved.</param>
/// <param name="Product">What moved.</param>
/// <param name="Lot">The lot; the default for stock whose lots are not told apart, and with <paramref name="IsShortfall"/>.</param>
/// <param name="Units">Units, below zero where stock went out. Never zero.</param>
/// <param name="IsShortfall">Whether these are units that the books could not cover: below zero opens, above zero settles.</param>
/// <param name="OccurredAt">When it happened. A correction moves stock at the time of the encounter that it corrects.</param>
public readonly record struct Movement(
    MovementKind Kind, ProductId Product, LotNumber Lot, long Units, bool IsShortfall, Instant OccurredAt)
{
    /// <summary>Adds what a fact moved, in a fixed order.</summary>
    public static void AddFrom(StockEvent fact, List<Movement> into)
    {
        switch (fact)
        {
            case StockEvent.EncounterLogged logged:
                AddAllocations(MovementKind.Distribution, logged.Counted, into);
                break;
            case StockEvent.StockReceived received:
                into.Add(new Movement(
                    MovementKind.Receipt, received.Product, received.Lot, received.Units.Units, false, received.OccurredAt));
                break;
            case StockEvent.EncounterCorrected corrected:
                AddReturns(MovementKind.Correction, corrected.Before, corrected.UnmatchedReturns, into);
                AddAllocations(MovementKind.Correction, corrected.After, into);
                break;
            case StockEvent.EncounterVoided voided:
                AddReturns(MovementKind.Voiding, voided.Before, voided.UnmatchedReturns, into);
                break;
            case StockEvent.ShortfallSettled settled:
                AddSettlement(settled, into);
                break;
        }
    }

    private static void AddAllocations(MovementKind kind, CountedEncounter entry, List<Movement> into)
    {
        for (var i = 0; i < entry.Allocations.Count; i++)
        {
            var product = entry.Encounter.HandedOut[i].Product;
            foreach (var taken in entry.Allocations[i].Taken)
                into.Add(new Movement(kind, product, taken.Lot, -taken.Units, false, entry.OccurredAt));
            if (entry.Allocations[i].Uncovered > 0)
                into.Add(new Movement(kind, product, default, -entry.Allocations[i].Uncovered, true, entry.OccurredAt));
        }
    }

    private static void AddReturns(MovementKind kind, CountedEncounter entry, EquatableList<Shortfall> unbooked, List<Movement> into)
    {
        for (var i = 0; i < entry.Allocations.Count; i++)
        {
            foreach (var taken in entry.Allocations[i].Taken)
                into.Add(new Movement(kind, entry.Encounter.HandedOut[i].Product, taken.Lot, taken.Units, false, entry.OccurredAt));
        }

        foreach (var (product, units) in entry.Shortfalls())
        {
            var loose = UnitsOf(unbooked, product);
            if (units > loose)
                into.Add(new Movement(kind, product, default, units - loose, true, entry.OccurredAt));
            if (loose > 0)
                into.Add(new Movement(kind, product, default, loose, false, entry.OccurredAt));
        }
    }

    private static void AddSettlement(StockEvent.ShortfallSettled settled, List<Movement> into)
    {
        if (settled.Lot is { } lot)
            into.Add(new Movement(MovementKind.Settlement, settled.Product, lot, -settled.Units.Units, false, settled.OccurredAt));
        into.Add(new Movement(MovementKind.Settlement, settled.Product, default, settled.Units.Units, true, settled.OccurredAt));
    }

    private static long UnitsOf(EquatableList<Shortfall> sums, ProductId product)
    {
        foreach (var sum in sums)
        {
            if (sum.Product == product)
                return sum.Units;
        }

        return 0;
    }
}

/// <summary>Why stock moved.</summary>
public enum MovementKind
{
    Receipt = 1,
    Distribution = 2,
    Correction = 3,
    Voiding = 4,
    Settlement = 5,
}
