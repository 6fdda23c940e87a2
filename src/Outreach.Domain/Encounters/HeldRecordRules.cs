using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>The rules for settling a held record.</summary>
public static class HeldRecordRules
{
    /// <summary>
    /// Checks that a held record can be settled. Refused, in this order: HELD_NOT_FOUND, REQUEST_ID_TAKEN, HELD_SETTLED, HELD_RELEASING.
    /// </summary>
    /// <returns>A refusal; a decision without events if the same request was recorded before; null if it can be settled.</returns>
    public static Decision<StockEvent>? CheckCanSettle(EncounterHistory history, ChangeRequest change)
    {
        if (history.Held is null)
            return NotFound();

        return (history.Settled ?? history.PendingHandOver) switch
        {
            EncounterEvent.HeldRecordReleased released =>
                CheckRepeat(change, released.Release.RequestId, released.Content) ?? Refused("HELD_SETTLED", "was already released."),
            EncounterEvent.HeldRecordDropped dropped =>
                CheckRepeat(change, dropped.RequestId, dropped.Content) ?? Refused("HELD_SETTLED", "was already dropped."),
            EncounterEvent.HandOverBegun begun =>
                CheckRepeat(change, begun.Release.RequestId, begun.Content)
                ?? Refused("HELD_RELEASING", $"is being released to site '{begun.Encounter.Site}'. Try again when that has ended."),
            _ => null,
        };

        Decision<StockEvent> Refused(string code, string what) => Refusal.FailedPrecondition(code, $"Record {history.Held.EncounterId} {what}");
    }

    /// <summary>The refusal <c>HELD_NOT_FOUND</c>.</summary>
    public static Refusal NotFound() => Refusal.NotFound("HELD_NOT_FOUND", "No record with this id is held at this site.");

    private static Decision<StockEvent>? CheckRepeat(ChangeRequest change, Guid request, ContentHash content) =>
        request != change.RequestId ? null
        : content == change.Content ? new Decision<StockEvent>([])
        : (Decision<StockEvent>)change.RequestIdTaken();

    /// <summary>
    /// Releases a held record at the site that held it. Refused as <see cref="CheckCanSettle"/>, then STILL_HELD if the
    /// corrected record would be held again.
    /// </summary>
    /// <param name="corrected">The record to count, with the id and device of the held record.</param>
    /// <param name="clockCorrection">The result of <see cref="ClockCorrectionFor"/>.</param>
    public static Decision<StockEvent> Release(
        StockState state, EncounterHistory history, ChangeRequest change, IncomingEncounter corrected, ReferenceData referenceData, Duration clockCorrection, Instant now)
    {
        if (CheckCanSettle(history, change) is { } answer)
            return answer;

        var held = history.Held!;
        if (CheckCanRelease(corrected, referenceData, clockCorrection, now) is { } refusal)
            return refusal;

        var release = new HeldRecordRelease(change.RequestId, corrected.Encounter.Site, change.Actor, change.Reason);
        return new Decision<StockEvent>(
        [
            new EncounterEvent.HeldRecordReleased(change.Content, held, history.HeldAt, corrected.Encounter.Site, release),
            EncounterRules.Log(state, corrected, referenceData, clockCorrection, held.By, release),
        ]);
    }

    /// <summary>
    /// The clock correction of a released record: the one of the held record if its time is unchanged; zero for a new time,
    /// which a person entered and which is taken to be right.
    /// </summary>
    /// <param name="sent">The encounter of the held record.</param>
    /// <param name="released">The encounter to record.</param>
    public static Duration ClockCorrectionFor(HeldRecord held, Encounter sent, Encounter released) =>
        released.DeviceTime == sent.DeviceTime ? held.ClockCorrection : Duration.Zero;

    /// <summary>The refusal <c>STILL_HELD</c> with every reason if the record would be held; otherwise null.</summary>
    public static Refusal? CheckCanRelease(IncomingEncounter incoming, ReferenceData referenceData, Duration clockCorrection, Instant now)
    {
        var reasons = EncounterRules.FindHoldReasons(incoming, referenceData, clockCorrection, now);
        return reasons.Count == 0
            ? null
            : Refusal.FailedPrecondition("STILL_HELD", string.Join(" ", reasons.Select(reason => $"{reason.Field}: {reason.Description}")));
    }

    /// <summary>Begins to hand a held record over to another site. Refused as <see cref="Release"/>.</summary>
    /// <param name="corrected">The record to count; it names the other site.</param>
    /// <param name="targetData">The reference data of the other site.</param>
    /// <param name="clockCorrection">The result of <see cref="ClockCorrectionFor"/>.</param>
    /// <param name="heldAtSite">The site that holds it; the default value if it was sent with an invalid site id.</param>
    public static Decision<StockEvent> BeginHandOver(
        EncounterHistory history, ChangeRequest change, IncomingEncounter corrected, ReferenceData targetData, Duration clockCorrection, SiteId heldAtSite, Instant now)
    {
        if (CheckCanSettle(history, change) is { } answer)
            return answer;
        if (CheckCanRelease(corrected, targetData, clockCorrection, now) is { } refusal)
            return refusal;

        var release = new HeldRecordRelease(change.RequestId, heldAtSite, change.Actor, change.Reason);
        return new EncounterEvent.HandOverBegun(
            change.Content, history.Held!, history.HeldAt, corrected.Encounter, corrected.Content, release, clockCorrection);
    }

    /// <summary>Records the outcome of a hand-over. Records nothing if it has already ended or another one is pending.</summary>
    /// <param name="begun">The hand-over that was carried out.</param>
    /// <param name="refusal">Why the other site could not record it; null if it did.</param>
    public static Decision<StockEvent> EndHandOver(EncounterHistory history, EncounterEvent.HandOverBegun begun, Refusal? refusal)
    {
        if (history.PendingHandOver is not { } pending || pending.Release.RequestId != begun.Release.RequestId)
            return new Decision<StockEvent>([]);
        if (refusal is not null)
            return new EncounterEvent.HandOverRefused(begun.Record, begun.HeldAt, begun.Encounter.Site, begun.Release, refusal.Message);
        return new EncounterEvent.HeldRecordReleased(begun.Content, begun.Record, begun.HeldAt, begun.Encounter.Site, begun.Release);
    }

    /// <summary>Decides that a held record will not count. Refused as <see cref="CheckCanSettle"/>.</summary>
    public static Decision<StockEvent> Drop(EncounterHistory history, ChangeRequest change) =>
        CheckCanSettle(history, change)
        ?? new EncounterEvent.HeldRecordDropped(
            change.RequestId, change.Content, history.Held!, history.HeldAt, change.Actor, change.Reason);
}
