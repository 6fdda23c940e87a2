using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>An encounter and how it counts. What the catalogue said is kept with it, so that figures stay what they were.</summary>
/// <param name="Encounter">What was told.</param>
/// <param name="Day">The day it counts on, in the site's time zone when it was recorded.</param>
/// <param name="ClockCorrection">By how much the device's clock was set right; zero where it was right or did not say. It can be negative.</param>
/// <param name="Allocations">For each line of <see cref="Encounter.HandedOut"/>, in its order: how it counts and where it came from.</param>
public sealed record CountedEncounter(Encounter Encounter, LocalDate Day, Duration ClockCorrection = default, EquatableList<LineAllocation> Allocations = default)
{
    /// <summary>When it happened, the device's clock set right.</summary>
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
}

/// <summary>How a line that was handed out counts.</summary>
/// <param name="DosesPerUnit">Doses in one unit when it was recorded.</param>
/// <param name="ItemsPerUnit">Pieces in one unit when it was recorded.</param>
/// <param name="IsSyringes">Whether the product was of the category of syringes when it was recorded.</param>
/// <param name="Taken">The lots it was taken from, first to expire first.</param>
/// <param name="Uncovered">Units that the books could not cover.</param>
public sealed record LineAllocation(int DosesPerUnit = 0, int ItemsPerUnit = 0, bool IsSyringes = false, EquatableList<LotAllocation> Taken = default, int Uncovered = 0);

/// <summary>Units taken from a lot, 1 or more.</summary>
public readonly record struct LotAllocation(int Units, LotNumber Lot = default);

/// <summary>Units of a product that the books could not cover, 1 or more.</summary>
public readonly record struct Shortfall(ProductId Product, long Units)
{
    /// <summary>Adds units to those of the same product.</summary>
    internal static void Add(List<Shortfall> sums, ProductId product, long units)
    {
        for (var i = 0; i < sums.Count; i++)
        {
            if (sums[i].Product == product)
            {
                sums[i] = new Shortfall(product, sums[i].Units + units);
                return;
            }
        }

        sums.Add(new Shortfall(product, units));
    }
}
