using NodaTime;

namespace Outreach.Domain.Stock;

/// <summary>What one site holds of one product.</summary>
/// <param name="Lots">Lots with something left, first to expire first, those that do not expire last.</param>
/// <param name="Emptied">Lots with nothing left, latest last: a lot that comes back keeps its expiry. At most <see cref="MaxEmptied"/>.</param>
/// <param name="Shortfall">Units handed out that the books could not cover and nobody has settled.</param>
public sealed record Shelf(EquatableList<Lot> Lots = default, EquatableList<Lot> Emptied = default, long Shortfall = 0)
{
    /// <summary>How many emptied lots are remembered.</summary>
    public const int MaxEmptied = 200;

    public static readonly Shelf Bare = new();

    /// <summary>The lot, with something left or emptied; null where it is not known here.</summary>
    public Lot? Find(LotNumber number) => Find(Lots, number) ?? Find(Emptied, number);

    /// <summary>Units on hand by the books, the shortfall deducted: it can be below zero.</summary>
    public long OnHand()
    {
        var sum = -Shortfall;
        foreach (var lot in Lots)
            sum += lot.Units;
        return sum;
    }

    /// <summary>
    /// Takes units out: from a named lot only from that, otherwise first expired first out from what can be used on the day
    /// and had come in by then. What came in on a later day cannot have been handed out, and stands in the storeroom still.
    /// </summary>
    /// <param name="day">The day on which they went out.</param>
    /// <param name="last">The last such day, where they went out over several.</param>
    /// <returns>What was taken from where, and how many units could not be.</returns>
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

    /// <summary>The shelf after units moved in or out of a lot.</summary>
    /// <param name="number">The lot.</param>
    /// <param name="units">Above zero in, below zero out.</param>
    /// <param name="expiresOn">With a lot that is not known here: the last day it can be used.</param>
    /// <param name="since">With a receipt: the day it came in.</param>
    public Shelf Move(LotNumber number, long units, LocalDate? expiresOn = null, LocalDate? since = null)
    {
        for (var i = 0; i < Lots.Count; i++)
        {
            if (Lots[i].Number == number)
                return Lots[i].Units + units == 0 ? MoveToEmptied(i) : this with { Lots = Replace(i, Lots[i].AddUnits(units, since)) };
        }

        if (units == 0)
            return this;

        var known = Find(Emptied, number);
        var lot = known?.AddUnits(units, since) ?? new Lot(number, expiresOn, units, FirstReceivedOn: since);
        return this with { Lots = Insert(lot), Emptied = known is null ? Emptied : Without(Emptied, number) };
    }

    /// <summary>The shelf with a lot marked as expired or not; a lot that is not known changes nothing.</summary>
    public Shelf SetExpired(LotNumber number, bool expired) =>
        this with { Lots = SetExpired(Lots, number, expired), Emptied = SetExpired(Emptied, number, expired) };

    private (EquatableList<LotAllocation> Taken, int Uncovered) AllocateFromLot(int units, LotNumber named)
    {
        var there = Math.Max(0, Find(Lots, named)?.Units ?? 0);
        var part = (int)Math.Min(units, there);
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
        var marked = lots.AsSpan().ToArray();
        for (var i = 0; i < marked.Length; i++)
        {
            if (marked[i].Number == number)
                marked[i] = marked[i] with { Expired = expired };
        }

        return EquatableList.Wrap(marked);
    }

    private static EquatableList<Lot> Without(EquatableList<Lot> lots, LotNumber number)
    {
        var kept = new List<Lot>(lots.Count);
        foreach (var lot in lots)
        {
            if (lot.Number != number)
                kept.Add(lot);
        }

        return [.. kept];
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

/// <summary>What is left of a lot. In order: the first to expire, those that do not expire last, then by number.</summary>
/// <param name="Number">The lot; the default for stock whose lots are not told apart.</param>
/// <param name="ExpiresOn">The last day it can be used; null where it does not expire.</param>
/// <param name="Units">Units on hand.</param>
/// <param name="Expired">Whether it was noticed that the day has passed.</param>
/// <param name="FirstReceivedOn">The first day that any of it came in, in the site's time zone; null where that is not known.</param>
public readonly record struct Lot(LotNumber Number, LocalDate? ExpiresOn, long Units, bool Expired = false, LocalDate? FirstReceivedOn = null)
    : IComparable<Lot>
{
    /// <summary>The lot after units moved in or out.</summary>
    /// <param name="since">With a receipt: the day it came in.</param>
    public Lot AddUnits(long units, LocalDate? since) => this with { Units = Units + units, FirstReceivedOn = since < FirstReceivedOn ? since : FirstReceivedOn };

    public int CompareTo(Lot other) =>
        ExpiresOn != other.ExpiresOn
            ? (ExpiresOn ?? LocalDate.MaxIsoValue).CompareTo(other.ExpiresOn ?? LocalDate.MaxIsoValue)
            : Number.CompareTo(other.Number);

    public static bool operator <(Lot left, Lot right) => left.CompareTo(right) < 0;

    public static bool operator >(Lot left, Lot right) => left.CompareTo(right) > 0;

    public static bool operator <=(Lot left, Lot right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Lot left, Lot right) => left.CompareTo(right) >= 0;
}
