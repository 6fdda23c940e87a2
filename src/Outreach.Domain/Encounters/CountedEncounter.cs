using NodaTime;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>An encounter and how it counts. What the catalogue said is kept with it, so that figures stay what they were.</summary>
/// <param name="Encounter">What was recorded.</param>
/// <param name="Day">The day it counts on, in the site's time zone when it was recorded.</param>
/// <param name="ClockCorrection">What was added to the device's time; zero where its clock was right or it did not say. It can be negative.</param>
/// <param name="Allocations">For each line of <see cref="Encounter.HandedOut"/>, in its order: how it counts and where it came from.</param>
public sealed record CountedEncounter(Encounter Encounter, LocalDate Day, Duration ClockCorrection = default, EquatableList<LineAllocation> Allocations = default)
{
    /// <summary>When it happened, by the corrected clock.</summary>
    public Instant OccurredAt => Encounter.DeviceTime + ClockCorrection;

    /// <summary>Units that the books could not cover, by product in the order of the lines.</summary>
    public EquatableList<Shortfall> Shortfalls()
    {
        List<Shortfall>? found = null;
        for (var i = 0; i < Allocations.Count; i++)
        {
            if (Allocations[i].Uncovered > 0)
                Shortfall.Add(found ??= [], Encounter.HandedOut[i].Product, Allocations[i].Uncovered);
        }

        return found is null ? [] : [.. found];
    }

    /// <summary>Adds what it took from stock.</summary>
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

    /// <summary>Adds what comes back to stock when it counts no longer.</summary>
    /// <param name="unmatched">Units that come back although no shortfall is open for them any more.</param>
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
