using NodaTime;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>An encounter and how it counts. It contains the catalog data that was used, so that later changes of the catalog do not change figures.</summary>
/// <param name="Encounter">The encounter.</param>
/// <param name="Day">The day it counts on, in the site's time zone when it was recorded.</param>
/// <param name="ClockCorrection">The duration added to the device's time; zero if its clock was right or not sent. It can be negative.</param>
/// <param name="Allocations">How each line of <see cref="Encounter.HandedOut"/> counts and which lots it was taken from, in the same order.</param>
public sealed record CountedEncounter(Encounter Encounter, LocalDate Day, Duration ClockCorrection = default, EquatableList<LineAllocation> Allocations = default)
{
    /// <summary>When it occurred, by the corrected clock.</summary>
    public Instant OccurredAt => Encounter.DeviceTime + ClockCorrection;

    /// <summary>Units that recorded stock did not cover, by product in the order of the lines.</summary>
    public EquatableList<Shortfall> Shortfalls()
    {
        List<Shortfall>? shortfalls = null;
        for (var i = 0; i < Allocations.Count; i++)
        {
            if (Allocations[i].Uncovered > 0)
                Shortfall.Add(shortfalls ??= [], Encounter.HandedOut[i].Product, Allocations[i].Uncovered);
        }

        return shortfalls is null ? [] : [.. shortfalls];
    }

    /// <summary>Adds the movements that take its lines out of stock.</summary>
    internal void AddAllocations(MovementKind kind, List<Movement> movements)
    {
        for (var i = 0; i < Allocations.Count; i++)
        {
            var product = Encounter.HandedOut[i].Product;
            foreach (var taken in Allocations[i].Taken)
                movements.Add(new Movement(kind, product, taken.Lot, -taken.Units, false, OccurredAt));
            if (Allocations[i].Uncovered > 0)
                movements.Add(new Movement(kind, product, default, -Allocations[i].Uncovered, true, OccurredAt));
        }
    }

    /// <summary>Adds the movements that return its lines to stock when it no longer counts.</summary>
    /// <param name="unmatched">Returned units whose shortfall has already been settled.</param>
    internal void AddReturns(MovementKind kind, EquatableList<Shortfall> unmatched, List<Movement> movements)
    {
        for (var i = 0; i < Allocations.Count; i++)
        {
            foreach (var taken in Allocations[i].Taken)
                movements.Add(new Movement(kind, Encounter.HandedOut[i].Product, taken.Lot, taken.Units, false, OccurredAt));
        }

        foreach (var (product, units) in Shortfalls())
        {
            var loose = Shortfall.UnitsOf(unmatched, product);
            if (units > loose)
                movements.Add(new Movement(kind, product, default, units - loose, true, OccurredAt));
            if (loose > 0)
                movements.Add(new Movement(kind, product, default, loose, false, OccurredAt));
        }
    }
}
