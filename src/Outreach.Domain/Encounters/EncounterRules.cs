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
    public static EquatableList<HoldReason> FindHoldReasons(IncomingEncounter sent, ReferenceData books, Duration shift, Instant now, LocalDate? day = null)
    {
        var found = new List<HoldReason>();
        found.AddRange(sent.Errors);
        AddUnknownReferences(sent.Encounter, books, found);
        if (!sent.Errors.Any(wrong => wrong.Field == "occurred_at"))
            AddImpossibleTimes(sent.Encounter, books.Zone, shift, now, day, found);
        return LimitReasons([.. found]);
    }

    /// <summary>The reasons, where there are more than <see cref="MaxReasons"/> the first of them and how many more there are.</summary>
    public static EquatableList<HoldReason> LimitReasons(EquatableList<HoldReason> found) => found.Count <= MaxReasons
        ? found
        : [.. found.AsSpan()[..(MaxReasons - 1)], new HoldReason(found[MaxReasons - 1].Code, "", $"There are {found.Count - MaxReasons + 1} more reasons.")];

    /// <summary>Whether there is nothing to keep the record from counting; quicker than naming what there is.</summary>
    public static bool IsCountable(IncomingEncounter sent, ReferenceData books, Duration shift, Instant now)
    {
        if (sent.Errors.Count > 0 || books.Zone is null || sent.Encounter.Bulk is not null)
            return FindHoldReasons(sent, books, shift, now).Count == 0;

        foreach (var line in sent.Encounter.HandedOut)
        {
            if (!books.Products.ContainsKey(line.Product.Value))
                return false;
        }

        var occurred = CorrectedTicks(sent.Encounter.DeviceTime, shift);
        return occurred <= (now + DeviceClock.FutureTolerance).ToUnixTimeTicks() && occurred >= DeviceClock.Earliest.ToUnixTimeTicks();
    }

    /// <summary>Records an encounter for which there are no <see cref="FindHoldReasons"/> not to.</summary>
    /// <param name="by">Who sent it; null where that was not kept.</param>
    /// <param name="release">Who let it count, where it had been held.</param>
    public static StockEvent.EncounterLogged Log(
        StockState state, IncomingEncounter sent, ReferenceData books, Duration shift, Submitter? by, Release? release = null) =>
        new(Allocate(state.Shelves, sent.Encounter, books, shift), sent.Content, release, by);

    /// <summary>Keeps a record whole without counting it.</summary>
    /// <param name="text">All that was sent, as JSON without the participant code.</param>
    /// <param name="by">Who sent it.</param>
    public static StockEvent.EncounterHeld Hold(IncomingEncounter sent, EquatableList<HoldReason> reasons, Duration shift, string text, Submitter? by) =>
        new(new HeldRecord(
            sent.Encounter.Id,
            sent.Content,
            text,
            reasons,
            shift,
            sent.Encounter.Participant,
            sent.Encounter.Device,
            sent.Encounter.Sequence,
            by));

    /// <summary>
    /// Replaces what an encounter says. What it leaves as it was counts as it did: a line keeps its lots and its doses, and
    /// an unchanged time its day, whatever catalogue, zone and shelves say by now. In order: ENCOUNTER_NOT_FOUND, REQUEST_ID_TAKEN, ENCOUNTER_VOIDED,
    /// AMENDMENTS_EXCEEDED. The same request again changes nothing.
    /// </summary>
    /// <param name="corrected">What it should say, with its own id, site, device and sequence; there are no <see cref="FindHoldReasons"/> against it.</param>
    public static Decision<StockEvent> Correct(
        StockState state, EncounterHistory history, ChangeRequest change, Encounter corrected, ReferenceData books)
    {
        if (CheckCanAmend(history, change) is { } answer)
            return answer;

        var before = history.Current!;
        var unbooked = FindUnmatchedReturns(state.Shelves, before);
        var without = StockState.ApplyMovements(state.Shelves, CreateVoided(history, change, unbooked));
        return new StockEvent.EncounterCorrected(
            change.RequestId,
            change.Content,
            history.Original,
            before,
            Allocate(without, corrected, books, ClockCorrectionFor(before, corrected), FindUnchangedAllocations(before, corrected, unbooked)),
            change.Actor,
            change.Reason,
            unbooked,
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

    private static StockEvent.EncounterVoided CreateVoided(EncounterHistory history, ChangeRequest change, EquatableList<Shortfall> unbooked) =>
        new(change.RequestId, change.Content, history.Original, history.Current!, change.Actor, change.Reason, unbooked, history.Amendments);

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
    private static (LocalDate? Day, LineAllocation?[] Issues) FindUnchangedAllocations(CountedEncounter before, Encounter corrected, EquatableList<Shortfall> unbooked)
    {
        var loose = unbooked.ToDictionary(sum => sum.Product, sum => sum.Units);
        var left = Enumerable.Range(0, before.Allocations.Count).ToList();
        var issues = new LineAllocation?[corrected.HandedOut.Count];
        for (var i = 0; i < issues.Length; i++)
        {
            var line = corrected.HandedOut[i];
            var same = left.FindIndex(place => before.Encounter.HandedOut[place] == line);
            if (same < 0)
                continue;

            issues[i] = CoverFromReturns(before.Allocations[left[same]], line.Product, loose);
            left.RemoveAt(same);
        }

        return (UnchangedDay(before, corrected), issues);
    }

    /// <summary>A line as it counted; what was uncovered and then settled is taken from what came back for it.</summary>
    private static LineAllocation CoverFromReturns(LineAllocation issue, ProductId product, Dictionary<ProductId, long> loose)
    {
        var units = (int)Math.Min(issue.Uncovered, loose.GetValueOrDefault(product));
        if (units == 0)
            return issue;

        loose[product] -= units;
        return issue with { Taken = issue.Taken.Add(new LotAllocation(units)), Uncovered = issue.Uncovered - units };
    }

    private static CountedEncounter Allocate(
        ImmutableSortedDictionary<string, Shelf> shelves,
        Encounter encounter,
        ReferenceData books,
        Duration shift,
        (LocalDate? Day, LineAllocation?[]? Issues) kept = default)
    {
        var day = kept.Day ?? (encounter.DeviceTime + shift).InZone(books.Zone!).Date;
        var lines = encounter.HandedOut.AsSpan();
        var issues = kept.Issues ?? new LineAllocation?[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            if (issues[i] is not null)
                continue;

            var product = books.Products[lines[i].Product.Value];
            var shelf = RemainingShelf(shelves, lines, issues, i);
            var (taken, missing) = shelf.Allocate(
                lines[i].Units.Units, product.TracksLots ? lines[i].Lot : default, day, encounter.Bulk?.LastDay ?? day);
            issues[i] = new LineAllocation(
                product.DosesPerUnit, product.ItemsPerUnit, product.Category == Category.Syringes, taken, missing);
        }

        return new CountedEncounter(encounter, day, shift, EquatableList.Wrap<LineAllocation>(issues!));
    }

    /// <summary>The shelf of a line's product after the lines that were taken before it.</summary>
    private static Shelf RemainingShelf(
        ImmutableSortedDictionary<string, Shelf> shelves, ReadOnlySpan<HandedOut> lines, ReadOnlySpan<LineAllocation?> issues, int line)
    {
        var shelf = shelves.GetValueOrDefault(lines[line].Product.Value, Shelf.Bare);
        for (var i = 0; i < lines.Length; i++)
        {
            if (issues[i] is not { } issue || lines[i].Product != lines[line].Product)
                continue;

            foreach (var taken in issue.Taken)
                shelf = shelf.Move(taken.Lot, -taken.Units);
        }

        return shelf;
    }

    private static void AddUnknownReferences(Encounter encounter, ReferenceData books, List<HoldReason> found)
    {
        if (books.Zone is null && encounter.Site != default)
            found.Add(new HoldReason(HoldCode.UnknownSite, "site_id", $"No site has the id '{encounter.Site}'."));

        for (var i = 0; i < encounter.HandedOut.Count; i++)
        {
            var product = encounter.HandedOut[i].Product;
            if (product != default && !books.Products.ContainsKey(product.Value))
                found.Add(new HoldReason(HoldCode.UnknownProduct, $"handed_out[{i}].product_id", $"No product has the id '{product}'."));
        }
    }

    private static void AddImpossibleTimes(
        Encounter encounter, DateTimeZone? zone, Duration shift, Instant now, LocalDate? day, List<HoldReason> found)
    {
        var occurred = CorrectedTicks(encounter.DeviceTime, shift);
        if (occurred > (now + DeviceClock.FutureTolerance).ToUnixTimeTicks())
            found.Add(new HoldReason(HoldCode.InTheFuture, "occurred_at",
                $"It says that it happened at {encounter.DeviceTime}, {Describe(shift)}; it arrived at {now}."));
        else if (occurred < DeviceClock.Earliest.ToUnixTimeTicks())
            found.Add(new HoldReason(HoldCode.Malformed, "occurred_at",
                $"is not before {DeviceClock.Earliest}; it says {encounter.DeviceTime}, {Describe(shift)}."));
        else if (zone is not null && encounter.Bulk?.LastDay is { } last)
            AddImpossibleSpan(day ?? (encounter.DeviceTime + shift).InZone(zone).Date, last, found);
    }

    private static void AddImpossibleSpan(LocalDate day, LocalDate last, List<HoldReason> found)
    {
        if (last < day || last > day.PlusDays(Bulk.MaxDays))
            found.Add(new HoldReason(HoldCode.Malformed, "bulk.last_day",
                $"is a day from the one it occurred, {day:uuuu-MM-dd}, to {Bulk.MaxDays} days after it; this is {last:uuuu-MM-dd}."));
    }

    private static string Describe(Duration shift) =>
        shift == Duration.Zero ? "by a clock that agrees with ours" : $"by a clock that is to be moved by {shift}";

    private static long CorrectedTicks(Instant saidAt, Duration shift) => saidAt.ToUnixTimeTicks() + shift.BclCompatibleTicks;
}

/// <summary>A request of a person to change what was recorded.</summary>
/// <param name="RequestId">Made before the first attempt.</param>
/// <param name="Content">Tells the same request from another under its id.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record ChangeRequest(Guid RequestId, ContentHash Content, ActorId Actor, Reason Reason)
{
    /// <summary>REQUEST_ID_TAKEN: the id was used for something else.</summary>
    public Refusal RequestIdTaken() =>
        Refusal.AlreadyExists("REQUEST_ID_TAKEN", $"Request {RequestId} was made before with another content.");
}
