using NodaTime;

namespace Outreach.Domain.Stock;

/// <summary>The stock of one product at one site.</summary>
/// <param name="Lots">Lots with units left, first to expire first, those that do not expire last.</param>
/// <param name="Emptied">Lots without units, latest last, so that their expiry is known if units are returned. At most <see cref="MaxEmptied"/>.</param>
/// <param name="Shortfall">Units handed out that recorded stock did not cover and nobody has settled.</param>
public sealed record Shelf(EquatableList<Lot> Lots = default, EquatableList<Lot> Emptied = default, long Shortfall = 0)
{
    /// <summary>The maximum number of emptied lots that are remembered.</summary>
    public const int MaxEmptied = 200;

    public static readonly Shelf Empty = new();

    /// <summary>The lot, with or without units left; null if not known.</summary>
    public Lot? Find(LotNumber number) => Find(Lots, number) ?? Find(Emptied, number);

    /// <summary>Recorded units on hand minus the shortfall; can be negative.</summary>
    public long OnHand()
    {
        var sum = -Shortfall;
        foreach (var lot in Lots)
            sum += lot.Units;
        return sum;
    }

    /// <summary>
    /// Takes units out of one lot if it is named; otherwise first expired, first out, from lots that are usable on the day
    /// and were received by then. Stock that was received later cannot have been handed out and must still be there.
    /// </summary>
    /// <param name="day">The day, or first day, on which they were handed out.</param>
    /// <param name="last">The last day on which they were handed out; equal to <paramref name="day"/> for one day.</param>
    /// <returns>The units taken from each lot, and the number of units that no lot covered.</returns>
    public (EquatableList<LotAllocation> Taken, int Uncovered) Allocate(int units, LotNumber named, LocalDate day, LocalDate last)
    {
        if (named != default)
            return AllocateFromLot(units, named);

        var first = NextUsable(0, day, last);
        if (first < Lots.Count && Lots[first].Units >= units)
            return ([new LotAllocation(units, Lots[first].Number)], 0);

        var taken = new List<LotAllocation>();
        for (var i = first; i < Lots.Count && units > 0; i = NextUsable(i + 1, day, last))
        {
            var part = (int)Math.Min(units, Lots[i].Units);
            taken.Add(new LotAllocation(part, Lots[i].Number));
            units -= part;
        }

        return ([.. taken], units);
    }

    /// <summary>The shelf after units moved into or out of a lot.</summary>
    /// <param name="number">The lot.</param>
    /// <param name="units">Positive into the lot, negative out of it.</param>
    /// <param name="expiresOn">For a lot that is not known yet, the last day it can be used.</param>
    /// <param name="receivedOn">For a receipt, the day of receipt.</param>
    public Shelf Move(LotNumber number, long units, LocalDate? expiresOn = null, LocalDate? receivedOn = null)
    {
        for (var i = 0; i < Lots.Count; i++)
        {
            if (Lots[i].Number == number)
                return Lots[i].Units + units == 0 ? MoveToEmptied(i) : this with { Lots = Replace(i, Lots[i].AddUnits(units, receivedOn)) };
        }

        if (units == 0)
            return this;

        var emptied = Find(Emptied, number);
        var lot = emptied?.AddUnits(units, receivedOn) ?? new Lot(number, expiresOn, units, FirstReceivedOn: receivedOn);
        return this with { Lots = Insert(lot), Emptied = emptied is null ? Emptied : Without(Emptied, number) };
    }

    /// <summary>The shelf with a lot marked as expired or not; unchanged if the lot is not known.</summary>
    public Shelf SetExpired(LotNumber number, bool expired) =>
        this with { Lots = SetExpired(Lots, number, expired), Emptied = SetExpired(Emptied, number, expired) };

    private (EquatableList<LotAllocation> Taken, int Uncovered) AllocateFromLot(int units, LotNumber named)
    {
        var available = Math.Max(0, Find(Lots, named)?.Units ?? 0);
        var part = (int)Math.Min(units, available);
        return (part == 0 ? [] : [new LotAllocation(part, named)], units - part);
    }

    private int NextUsable(int from, LocalDate day, LocalDate last)
    {
        var i = from;
        while (i < Lots.Count && (Lots[i].ExpiresOn < day || Lots[i].FirstReceivedOn > last))
            i++;
        return i;
    }

    private Shelf MoveToEmptied(int index)
    {
        var lots = new Lot[Lots.Count - 1];
        Lots.AsSpan()[..index].CopyTo(lots);
        Lots.AsSpan()[(index + 1)..].CopyTo(lots.AsSpan(index));
        var emptied = Emptied.Add(Lots[index] with { Units = 0 });
        return this with { Lots = EquatableList.Wrap(lots), Emptied = emptied.Count <= MaxEmptied ? emptied : [.. emptied.AsSpan()[1..]] };
    }

    private EquatableList<Lot> Replace(int index, Lot lot)
    {
        var lots = Lots.AsSpan().ToArray();
        lots[index] = lot;
        return EquatableList.Wrap(lots);
    }

    private EquatableList<Lot> Insert(Lot lot)
    {
        var index = 0;
        while (index < Lots.Count && Lots[index].CompareTo(lot) < 0)
            index++;
        return [.. Lots.AsSpan()[..index], lot, .. Lots.AsSpan()[index..]];
    }

    private static EquatableList<Lot> SetExpired(EquatableList<Lot> lots, LotNumber number, bool expired)
    {
        var updated = lots.AsSpan().ToArray();
        for (var i = 0; i < updated.Length; i++)
        {
            if (updated[i].Number == number)
                updated[i] = updated[i] with { Expired = expired };
        }

        return EquatableList.Wrap(updated);
    }

    private static EquatableList<Lot> Without(EquatableList<Lot> lots, LotNumber number)
    {
        var others = new List<Lot>(lots.Count);
        foreach (var lot in lots)
        {
            if (lot.Number != number)
                others.Add(lot);
        }

        return [.. others];
    }

    private static Lot? Find(EquatableList<Lot> lots, LotNumber number)
    {
        foreach (var lot in lots)
        {
            if (lot.Number == number)
                return lot;
        }

        return null;
    }
}

/// <summary>The units of a lot on hand. Lots are ordered by expiry, those that do not expire last, then by number.</summary>
/// <param name="Number">The lot number; the default value for stock that is not recorded by lot.</param>
/// <param name="ExpiresOn">The last day it can be used; null if it does not expire.</param>
/// <param name="Units">Units on hand.</param>
/// <param name="Expired">True if its expiry has been recorded.</param>
/// <param name="FirstReceivedOn">The first day on which any of it was received, in the site's time zone; null if not known.</param>
public readonly record struct Lot(LotNumber Number, LocalDate? ExpiresOn, long Units, bool Expired = false, LocalDate? FirstReceivedOn = null)
    : IComparable<Lot>
{
    /// <summary>The lot after units moved into or out of it.</summary>
    /// <param name="receivedOn">For a receipt, the day of receipt.</param>
    public Lot AddUnits(long units, LocalDate? receivedOn) => this with { Units = Units + units, FirstReceivedOn = receivedOn < FirstReceivedOn ? receivedOn : FirstReceivedOn };

    public int CompareTo(Lot other) =>
        ExpiresOn != other.ExpiresOn
            ? (ExpiresOn ?? LocalDate.MaxIsoValue).CompareTo(other.ExpiresOn ?? LocalDate.MaxIsoValue)
            : Number.CompareTo(other.Number);

    public static bool operator <(Lot left, Lot right) => left.CompareTo(right) < 0;

    public static bool operator >(Lot left, Lot right) => left.CompareTo(right) > 0;

    public static bool operator <=(Lot left, Lot right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Lot left, Lot right) => left.CompareTo(right) >= 0;
}
