using System.Collections.Immutable;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>How encounters are recorded and changed. What happened is never refused for lack of stock.</summary>
public static class EncounterRules
{
    /// <summary>The most corrections and voidings that one encounter may have.</summary>
    public const int MaxAmendments = 50;

    /// <summary>The most reasons that are kept and told of one record.</summary>
    public const int MaxReasons = 50;

    /// <summary>
    /// Everything that keeps a record from counting: what is wrong in itself, then site, products, time. Empty: it counts.
    /// Of more than <see cref="MaxReasons"/> the last tells how many more there are.
    /// </summary>
    /// <param name="day">The day it counts on already; null where that is to be found.</param>
    public static EquatableList<HoldReason> FindHoldReasons(IncomingEncounter incoming, ReferenceData referenceData, Duration clockCorrection, Instant now, LocalDate? day = null)
    {
        var found = new List<HoldReason>();
        found.AddRange(incoming.Errors);
        AddUnknownReferences(incoming.Encounter, referenceData, found);
        if (!incoming.Errors.Any(reason => reason.Field == "occurred_at"))
            AddImpossibleTimes(incoming.Encounter, referenceData.Zone, clockCorrection, now, day, found);
        return LimitReasons([.. found]);
    }

    /// <summary>The reasons, where there are more than <see cref="MaxReasons"/> the first of them and how many more there are.</summary>
    public static EquatableList<HoldReason> LimitReasons(EquatableList<HoldReason> found) => found.Count <= MaxReasons
        ? found
        : [.. found.AsSpan()[..(MaxReasons - 1)], new HoldReason(found[MaxReasons - 1].Code, "", $"There are {found.Count - MaxReasons + 1} more reasons.")];

    /// <summary>Whether there is nothing to keep the record from counting; quicker than naming what there is.</summary>
    public static bool IsCountable(IncomingEncounter incoming, ReferenceData referenceData, Duration clockCorrection, Instant now)
    {
        if (incoming.Errors.Count > 0 || referenceData.Zone is null || incoming.Encounter.Bulk is not null)
            return FindHoldReasons(incoming, referenceData, clockCorrection, now).Count == 0;

        foreach (var line in incoming.Encounter.HandedOut)
        {
            if (!referenceData.Products.ContainsKey(line.Product.Value))
                return false;
        }

        var occurred = CorrectedTicks(incoming.Encounter.DeviceTime, clockCorrection);
        return occurred <= (now + DeviceClock.FutureTolerance).ToUnixTimeTicks() && occurred >= DeviceClock.Earliest.ToUnixTimeTicks();
    }

    /// <summary>Records an encounter for which there are no <see cref="FindHoldReasons"/> not to.</summary>
    /// <param name="by">Who sent it; null where that was not kept.</param>
    /// <param name="release">Who let it count, where it had been held.</param>
    public static EncounterEvent.EncounterLogged Log(
        StockState state, IncomingEncounter incoming, ReferenceData referenceData, Duration clockCorrection, Submitter? by, Release? release = null) =>
        new(Allocate(state.Shelves, incoming.Encounter, referenceData, clockCorrection), incoming.Content, release, by);

    /// <summary>Keeps a record whole without counting it.</summary>
    /// <param name="by">Who sent it.</param>
    public static EncounterEvent.EncounterHeld Hold(IncomingEncounter incoming, EquatableList<HoldReason> reasons, Duration clockCorrection, Submitter? by) =>
        new(new HeldRecord(
            incoming.Encounter.Id,
            incoming.Content,
            incoming.Json,
            reasons,
            clockCorrection,
            incoming.Encounter.Participant,
            incoming.Encounter.Device,
            incoming.Encounter.Sequence,
            by));

    /// <summary>
    /// Replaces what an encounter says. What it leaves as it was counts as it did: a line keeps its lots and its doses, and
    /// an unchanged time its day, whatever catalogue, zone and shelves say by now. In order: ENCOUNTER_NOT_FOUND, REQUEST_ID_TAKEN, ENCOUNTER_VOIDED,
    /// AMENDMENTS_EXCEEDED. The same request again changes nothing.
    /// </summary>
    /// <param name="corrected">What it should say, with its own id, site, device and sequence; there are no <see cref="FindHoldReasons"/> against it.</param>
    public static Decision<StockEvent> Correct(
        StockState state, EncounterHistory history, ChangeRequest change, Encounter corrected, ReferenceData referenceData)
    {
        if (CheckCanAmend(history, change) is { } answer)
            return answer;

        var before = history.Current!;
        var unmatched = FindUnmatchedReturns(state.Shelves, before);
        var without = StockState.ApplyMovements(state.Shelves, CreateVoided(history, change, unmatched));
        return new EncounterEvent.EncounterCorrected(
            change.RequestId,
            change.Content,
            history.Original,
            before,
            Allocate(without, corrected, referenceData, ClockCorrectionFor(before, corrected), FindUnchangedAllocations(before, corrected, unmatched)),
            change.Actor,
            change.Reason,
            unmatched,
            history.Amendments);
    }

    /// <summary>By how much the time of a correction is moved: as before while it says the same; another time is a person's, and right.</summary>
    public static Duration ClockCorrectionFor(CountedEncounter before, Encounter corrected) =>
        corrected.DeviceTime == before.Encounter.DeviceTime ? before.ClockCorrection : Duration.Zero;

    /// <summary>The day that a correction leaves an encounter on; null where it changes the time.</summary>
    public static LocalDate? UnchangedDay(CountedEncounter before, Encounter corrected) =>
        corrected.DeviceTime == before.Encounter.DeviceTime ? before.Day : null;

    /// <summary>
    /// Makes an encounter count no longer. In order: ENCOUNTER_NOT_FOUND, REQUEST_ID_TAKEN, ENCOUNTER_VOIDED,
    /// AMENDMENTS_EXCEEDED. The same request again changes nothing.
    /// </summary>
    public static Decision<StockEvent> Void(StockState state, EncounterHistory history, ChangeRequest change) =>
        CheckCanAmend(history, change) ?? (Decision<StockEvent>)CreateVoided(history, change, FindUnmatchedReturns(state.Shelves, history.Current!));

    /// <summary>Whether an encounter can be changed, in the order that <see cref="Correct"/> tells.</summary>
    /// <returns>A refusal; no facts where the same request was answered before; null where it can.</returns>
    public static Decision<StockEvent>? CheckCanAmend(EncounterHistory history, ChangeRequest change)
    {
        if (history.Current is null)
            return Refusal.NotFound("ENCOUNTER_NOT_FOUND", "No encounter with this id is recorded at this site.");

        foreach (var asked in history.AmendmentRequests)
        {
            if (asked.Id == change.RequestId)
                return asked.Content == change.Content ? new Decision<StockEvent>([]) : change.RequestIdTaken();
        }

        if (history.Voided)
            return Refusal.FailedPrecondition("ENCOUNTER_VOIDED", $"Encounter {history.Current.Encounter.Id} was voided: it can be changed no more.");
        if (history.Amendments.Count >= MaxAmendments)
            return Refusal.LimitExceeded("AMENDMENTS_EXCEEDED", $"An encounter can be changed {MaxAmendments} times; this one was.");
        return null;
    }

    private static EncounterEvent.EncounterVoided CreateVoided(EncounterHistory history, ChangeRequest change, EquatableList<Shortfall> unmatched) =>
        new(change.RequestId, change.Content, history.Original, history.Current!, change.Actor, change.Reason, unmatched, history.Amendments);

    /// <summary>What comes back although its shortfall was settled in the meantime: nobody knows any more which lot it belongs to.</summary>
    private static EquatableList<Shortfall> FindUnmatchedReturns(ImmutableSortedDictionary<string, Shelf> shelves, CountedEncounter entry)
    {
        List<Shortfall>? found = null;
        foreach (var (product, units) in entry.Shortfalls())
        {
            var open = shelves.GetValueOrDefault(product.Value, Shelf.Bare).Shortfall;
            if (units > open)
                (found ??= []).Add(new Shortfall(product, units - open));
        }

        return found is null ? [] : [.. found];
    }

    /// <summary>How the lines and the time count that a correction leaves as they were; null for a line, or a day, that it changes.</summary>
    private static (LocalDate? Day, LineAllocation?[] Allocations) FindUnchangedAllocations(CountedEncounter before, Encounter corrected, EquatableList<Shortfall> unmatched)
    {
        var loose = unmatched.ToDictionary(sum => sum.Product, sum => sum.Units);
        var left = Enumerable.Range(0, before.Allocations.Count).ToList();
        var allocations = new LineAllocation?[corrected.HandedOut.Count];
        for (var i = 0; i < allocations.Length; i++)
        {
            var line = corrected.HandedOut[i];
            var same = left.FindIndex(place => before.Encounter.HandedOut[place] == line);
            if (same < 0)
                continue;

            allocations[i] = CoverFromReturns(before.Allocations[left[same]], line.Product, loose);
            left.RemoveAt(same);
        }

        return (UnchangedDay(before, corrected), allocations);
    }

    /// <summary>A line as it counted; what was uncovered and then settled is taken from what came back for it.</summary>
    private static LineAllocation CoverFromReturns(LineAllocation allocation, ProductId product, Dictionary<ProductId, long> loose)
    {
        var units = (int)Math.Min(allocation.Uncovered, loose.GetValueOrDefault(product));
        if (units == 0)
            return allocation;

        loose[product] -= units;
        return allocation with { Taken = allocation.Taken.Add(new LotAllocation(units)), Uncovered = allocation.Uncovered - units };
    }

    private static CountedEncounter Allocate(
        ImmutableSortedDictionary<string, Shelf> shelves,
        Encounter encounter,
        ReferenceData referenceData,
        Duration clockCorrection,
        (LocalDate? Day, LineAllocation?[]? Allocations) kept = default)
    {
        var day = kept.Day ?? (encounter.DeviceTime + clockCorrection).InZone(referenceData.Zone!).Date;
        var lines = encounter.HandedOut.AsSpan();
        var allocations = kept.Allocations ?? new LineAllocation?[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            if (allocations[i] is not null)
                continue;

            var product = referenceData.Products[lines[i].Product.Value];
            var shelf = RemainingShelf(shelves, lines, allocations, i);
            var (taken, missing) = shelf.Allocate(
                lines[i].Units.Units, product.TracksLots ? lines[i].Lot : default, day, encounter.Bulk?.LastDay ?? day);
            allocations[i] = new LineAllocation(
                product.DosesPerUnit, product.ItemsPerUnit, product.Category == Category.Syringes, taken, missing);
        }

        return new CountedEncounter(encounter, day, clockCorrection, EquatableList.Wrap<LineAllocation>(allocations!));
    }

    /// <summary>The shelf of a line's product after the lines that were taken before it.</summary>
    private static Shelf RemainingShelf(
        ImmutableSortedDictionary<string, Shelf> shelves, ReadOnlySpan<HandedOut> lines, ReadOnlySpan<LineAllocation?> allocations, int line)
    {
        var shelf = shelves.GetValueOrDefault(lines[line].Product.Value, Shelf.Bare);
        for (var i = 0; i < lines.Length; i++)
        {
            if (allocations[i] is not { } allocation || lines[i].Product != lines[line].Product)
                continue;

            foreach (var taken in allocation.Taken)
                shelf = shelf.Move(taken.Lot, -taken.Units);
        }

        return shelf;
    }

    private static void AddUnknownReferences(Encounter encounter, ReferenceData referenceData, List<HoldReason> found)
    {
        if (referenceData.Zone is null && encounter.Site != default)
            found.Add(new HoldReason(HoldCode.UnknownSite, "site_id", $"No site has the id '{encounter.Site}'."));

        for (var i = 0; i < encounter.HandedOut.Count; i++)
        {
            var product = encounter.HandedOut[i].Product;
            if (product != default && !referenceData.Products.ContainsKey(product.Value))
                found.Add(new HoldReason(HoldCode.UnknownProduct, $"handed_out[{i}].product_id", $"No product has the id '{product}'."));
        }
    }

    private static void AddImpossibleTimes(
        Encounter encounter, DateTimeZone? zone, Duration clockCorrection, Instant now, LocalDate? day, List<HoldReason> found)
    {
        var occurred = CorrectedTicks(encounter.DeviceTime, clockCorrection);
        if (occurred > (now + DeviceClock.FutureTolerance).ToUnixTimeTicks())
            found.Add(new HoldReason(HoldCode.InTheFuture, "occurred_at",
                $"It says that it happened at {encounter.DeviceTime}, {Describe(clockCorrection)}; it arrived at {now}."));
        else if (occurred < DeviceClock.Earliest.ToUnixTimeTicks())
            found.Add(new HoldReason(HoldCode.Malformed, "occurred_at",
                $"is not before {DeviceClock.Earliest}; it says {encounter.DeviceTime}, {Describe(clockCorrection)}."));
        else if (zone is not null && encounter.Bulk?.LastDay is { } last)
            AddImpossibleSpan(day ?? (encounter.DeviceTime + clockCorrection).InZone(zone).Date, last, found);
    }

    private static void AddImpossibleSpan(LocalDate day, LocalDate last, List<HoldReason> found)
    {
        if (last < day || last > day.PlusDays(Bulk.MaxDays))
            found.Add(new HoldReason(HoldCode.Malformed, "bulk.last_day",
                $"is a day from the one it occurred, {day:uuuu-MM-dd}, to {Bulk.MaxDays} days after it; this is {last:uuuu-MM-dd}."));
    }

    private static string Describe(Duration clockCorrection) =>
        clockCorrection == Duration.Zero ? "by a clock that agrees with ours" : $"by a clock that is to be moved by {clockCorrection}";

    private static long CorrectedTicks(Instant saidAt, Duration clockCorrection) => saidAt.ToUnixTimeTicks() + clockCorrection.BclCompatibleTicks;
}
