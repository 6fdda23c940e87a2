using System.Collections.Immutable;
using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>The rules for recording and changing encounters. A record is never refused for lack of stock.</summary>
public static class EncounterRules
{
    /// <summary>The maximum number of corrections and voidings of one encounter.</summary>
    public const int MaxAmendments = 50;

    /// <summary>The maximum number of hold reasons of one record.</summary>
    public const int MaxReasons = 50;

    /// <summary>
    /// Finds everything that prevents a record from counting: its own errors, then the site, products and time. Empty if it
    /// counts. If there are more than <see cref="MaxReasons"/>, the last one gives the number of further reasons.
    /// </summary>
    /// <param name="day">The day on which it already counts; null to compute the day.</param>
    public static EquatableList<HoldReason> FindHoldReasons(IncomingEncounter incoming, ReferenceData referenceData, Duration clockCorrection, Instant now, LocalDate? day = null)
    {
        var found = new List<HoldReason>();
        found.AddRange(incoming.Errors);
        AddUnknownReferences(incoming.Encounter, referenceData, found);
        if (!incoming.Errors.Any(reason => reason.Field == "occurred_at"))
            AddImpossibleTimes(incoming.Encounter, referenceData.Zone, clockCorrection, now, day, found);
        return LimitReasons([.. found]);
    }

    /// <summary>Limits reasons to <see cref="MaxReasons"/>; the last one then gives the number of further reasons.</summary>
    public static EquatableList<HoldReason> LimitReasons(EquatableList<HoldReason> found) => found.Count <= MaxReasons
        ? found
        : [.. found.AsSpan()[..(MaxReasons - 1)], new HoldReason(found[MaxReasons - 1].Code, "", $"There are {found.Count - MaxReasons + 1} more reasons.")];

    /// <summary>True if the record has no <see cref="FindHoldReasons"/>. Faster than finding them.</summary>
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

    /// <summary>Records an encounter that has no <see cref="FindHoldReasons"/>.</summary>
    /// <param name="by">Who sent it; null if not known.</param>
    /// <param name="release">Who released it, if it was held; null if it counts at once.</param>
    public static EncounterEvent.EncounterLogged Log(
        StockState state, IncomingEncounter incoming, ReferenceData referenceData, Duration clockCorrection, Submitter? by, HeldRecordRelease? release = null) =>
        new(Allocate(state.Shelves, incoming.Encounter, referenceData, clockCorrection), incoming.Content, release, by);

    /// <summary>Stores a record in full without counting it.</summary>
    /// <param name="by">Who sent it; null if not known.</param>
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
    /// Replaces the content of an encounter. Unchanged parts count as before: an unchanged line has the same lots and doses,
    /// and an unchanged time the same day, even if catalog, time zone or stock have changed since. Refused, in this order:
    /// ENCOUNTER_NOT_FOUND, REQUEST_ID_TAKEN, ENCOUNTER_VOIDED, AMENDMENTS_EXCEEDED. A repeated request changes nothing.
    /// </summary>
    /// <param name="corrected">The new content, with the same id, site, device and sequence. It has no <see cref="FindHoldReasons"/>.</param>
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

    /// <summary>
    /// The clock correction of a corrected encounter: the same as before if its time is unchanged; zero for a new time, which a
    /// person entered and which is taken to be right.
    /// </summary>
    public static Duration ClockCorrectionFor(CountedEncounter before, Encounter corrected) =>
        corrected.DeviceTime == before.Encounter.DeviceTime ? before.ClockCorrection : Duration.Zero;

    /// <summary>The day on which the encounter already counts; null if the correction changes its time.</summary>
    public static LocalDate? UnchangedDay(CountedEncounter before, Encounter corrected) =>
        corrected.DeviceTime == before.Encounter.DeviceTime ? before.Day : null;

    /// <summary>
    /// Voids an encounter. Refused, in this order: ENCOUNTER_NOT_FOUND, REQUEST_ID_TAKEN, ENCOUNTER_VOIDED,
    /// AMENDMENTS_EXCEEDED. A repeated request changes nothing.
    /// </summary>
    public static Decision<StockEvent> Void(StockState state, EncounterHistory history, ChangeRequest change) =>
        CheckCanAmend(history, change) ?? (Decision<StockEvent>)CreateVoided(history, change, FindUnmatchedReturns(state.Shelves, history.Current!));

    /// <summary>Checks that an encounter can be changed, in the order that <see cref="Correct"/> states.</summary>
    /// <returns>A refusal; a decision without events if the same request was recorded before; null if it can be changed.</returns>
    public static Decision<StockEvent>? CheckCanAmend(EncounterHistory history, ChangeRequest change)
    {
        if (history.Current is null)
            return Refusal.NotFound("ENCOUNTER_NOT_FOUND", "No encounter with this id is recorded at this site.");

        foreach (var earlier in history.AmendmentRequests)
        {
            if (earlier.Id == change.RequestId)
                return earlier.Content == change.Content ? new Decision<StockEvent>([]) : change.RequestIdTaken();
        }

        if (history.Voided)
            return Refusal.FailedPrecondition("ENCOUNTER_VOIDED", $"Encounter {history.Current.Encounter.Id} was voided and can no longer be changed.");
        if (history.Amendments.Count >= MaxAmendments)
            return Refusal.LimitExceeded("AMENDMENTS_EXCEEDED", $"An encounter can be changed at most {MaxAmendments} times; this one has reached the limit.");
        return null;
    }

    private static EncounterEvent.EncounterVoided CreateVoided(EncounterHistory history, ChangeRequest change, EquatableList<Shortfall> unmatched) =>
        new(change.RequestId, change.Content, history.Original, history.Current!, change.Actor, change.Reason, unmatched, history.Amendments);

    /// <summary>Finds returned units whose shortfall was settled in the meantime, so that their lot is no longer known.</summary>
    private static EquatableList<Shortfall> FindUnmatchedReturns(ImmutableSortedDictionary<string, Shelf> shelves, CountedEncounter entry)
    {
        List<Shortfall>? found = null;
        foreach (var (product, units) in entry.Shortfalls())
        {
            var open = shelves.GetValueOrDefault(product.Value, Shelf.Empty).Shortfall;
            if (units > open)
                (found ??= []).Add(new Shortfall(product, units - open));
        }

        return found is null ? [] : [.. found];
    }

    /// <summary>The day and the line allocations that a correction leaves unchanged; null for a changed day or line.</summary>
    private static (LocalDate? Day, LineAllocation?[] Allocations) FindUnchangedAllocations(CountedEncounter before, Encounter corrected, EquatableList<Shortfall> unmatched)
    {
        var loose = unmatched.ToDictionary(sum => sum.Product, sum => sum.Units);
        var unused = Enumerable.Range(0, before.Allocations.Count).ToList();
        var allocations = new LineAllocation?[corrected.HandedOut.Count];
        for (var i = 0; i < allocations.Length; i++)
        {
            var line = corrected.HandedOut[i];
            var same = unused.FindIndex(place => before.Encounter.HandedOut[place] == line);
            if (same < 0)
                continue;

            allocations[i] = CoverFromReturns(before.Allocations[unused[same]], line.Product, loose);
            unused.RemoveAt(same);
        }

        return (UnchangedDay(before, corrected), allocations);
    }

    /// <summary>The allocation of an unchanged line; its units whose shortfall was settled are taken from the unmatched returns.</summary>
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
        (LocalDate? Day, LineAllocation?[]? Allocations) unchanged = default)
    {
        var day = unchanged.Day ?? (encounter.DeviceTime + clockCorrection).InZone(referenceData.Zone!).Date;
        var lines = encounter.HandedOut.AsSpan();
        var allocations = unchanged.Allocations ?? new LineAllocation?[lines.Length];
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

    /// <summary>The shelf of a line's product after the lines that were already allocated.</summary>
    private static Shelf RemainingShelf(
        ImmutableSortedDictionary<string, Shelf> shelves, ReadOnlySpan<HandedOut> lines, ReadOnlySpan<LineAllocation?> allocations, int line)
    {
        var shelf = shelves.GetValueOrDefault(lines[line].Product.Value, Shelf.Empty);
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
                $"must not be after its arrival at {now}; this is {encounter.DeviceTime}, {Describe(clockCorrection)}."));
        else if (occurred < DeviceClock.Earliest.ToUnixTimeTicks())
            found.Add(new HoldReason(HoldCode.Malformed, "occurred_at",
                $"must not be before {DeviceClock.Earliest}; this is {encounter.DeviceTime}, {Describe(clockCorrection)}."));
        else if (zone is not null && encounter.Bulk?.LastDay is { } last)
            AddImpossibleSpan(day ?? (encounter.DeviceTime + clockCorrection).InZone(zone).Date, last, found);
    }

    private static void AddImpossibleSpan(LocalDate day, LocalDate last, List<HoldReason> found)
    {
        if (last < day || last > day.PlusDays(Bulk.MaxDays))
            found.Add(new HoldReason(HoldCode.Malformed, "bulk.last_day",
                $"must be from the day it occurred, {day:uuuu-MM-dd}, to {Bulk.MaxDays} days after it; this is {last:uuuu-MM-dd}."));
    }

    private static string Describe(Duration clockCorrection) =>
        clockCorrection == Duration.Zero ? "by a clock that agrees with the server's" : $"by a clock that needs a correction of {clockCorrection}";

    private static long CorrectedTicks(Instant deviceTime, Duration clockCorrection) => deviceTime.ToUnixTimeTicks() + clockCorrection.BclCompatibleTicks;
}
