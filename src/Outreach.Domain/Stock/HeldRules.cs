using NodaTime;
using Outreach.Domain.Sites;

namespace Outreach.Domain.Stock;

/// <summary>How a person settles a record that is held.</summary>
public static class HeldRules
{
    /// <summary>
    /// Whether a held record can be settled. In order: HELD_NOT_FOUND, REQUEST_ID_TAKEN, HELD_SETTLED, HELD_RELEASING.
    /// </summary>
    /// <returns>A refusal; no facts where the same request was decided before; null where it can.</returns>
    public static Decision<StockEvent>? Settled(EncounterHistory history, Change change)
    {
        if (history.Held is null)
            return Refusal.NotFound("HELD_NOT_FOUND", "No record with this id is held at this site.");

        return (history.Settled ?? history.HandingOver) switch
        {
            StockEvent.HeldReleased released =>
                Repeated(change, released.Release.RequestId, released.Content) ?? Refused("HELD_SETTLED", "was released before."),
            StockEvent.HeldDropped dropped =>
                Repeated(change, dropped.RequestId, dropped.Content) ?? Refused("HELD_SETTLED", "was dropped before."),
            StockEvent.HandOverBegun begun =>
                Repeated(change, begun.Release.RequestId, begun.Content)
                ?? Refused("HELD_RELEASING", $"is being released to site '{begun.Said.Site}': try again when that is settled."),
            _ => null,
        };

        Decision<StockEvent> Refused(string code, string what) => Refusal.Rule(code, $"Record {history.Held.EncounterId} {what}");
    }

    private static Decision<StockEvent>? Repeated(Change change, Guid request, ContentHash content) =>
        request != change.RequestId ? null
        : content == change.Content ? new Decision<StockEvent>([])
        : (Decision<StockEvent>)change.Taken();

    /// <summary>
    /// Lets a held record count at the site that held it. In order: as <see cref="Settled"/>, then STILL_HELD where
    /// something keeps what is to be recorded from counting.
    /// </summary>
    /// <param name="corrected">What to record, under the id and from the device of what was held.</param>
    /// <param name="shift">As <see cref="ShiftOf"/> tells.</param>
    public static Decision<StockEvent> Release(
        StockState state, EncounterHistory history, Change change, Sent corrected, Books books, Duration shift, Instant now)
    {
        if (Settled(history, change) is { } answer)
            return answer;

        var held = history.Held!;
        if (StillHeld(corrected, books, shift, now) is { } refusal)
            return refusal;

        var release = new Release(change.RequestId, corrected.Encounter.Site, change.Actor, change.Reason);
        return new Decision<StockEvent>(
        [
            new StockEvent.HeldReleased(change.Content, held, history.HeldAt, corrected.Encounter.Site, release),
            EncounterRules.Log(state, corrected, books, shift, held.By, release),
        ]);
    }

    /// <summary>By how much the time of a held record is moved: as it arrived while it says the same; another time is a person's, and right.</summary>
    /// <param name="sent">What was held, read again.</param>
    /// <param name="released">What is to be recorded.</param>
    public static Duration ShiftOf(HeldRecord held, Encounter sent, Encounter released) =>
        released.SaidAt == sent.SaidAt ? held.Shift : Duration.Zero;

    /// <summary>STILL_HELD with every reason, where something keeps the record from counting; otherwise null.</summary>
    public static Refusal? StillHeld(Sent sent, Books books, Duration shift, Instant now)
    {
        var reasons = EncounterRules.Reasons(sent, books, shift, now);
        return reasons.Count == 0
            ? null
            : Refusal.Rule("STILL_HELD", string.Join(" ", reasons.Select(reason => $"{reason.Field}: {reason.Description}")));
    }

    /// <summary>Begins to hand a held record over to another site. Refuses as <see cref="Release"/>.</summary>
    /// <param name="corrected">What to record; it names the other site.</param>
    /// <param name="there">What that site's rules must know.</param>
    /// <param name="shift">As <see cref="ShiftOf"/> tells.</param>
    /// <param name="here">The site that holds it; the default where it was sent to what can be no site.</param>
    public static Decision<StockEvent> BeginHandOver(
        EncounterHistory history, Change change, Sent corrected, Books there, Duration shift, SiteId here, Instant now)
    {
        if (Settled(history, change) is { } answer)
            return answer;
        if (StillHeld(corrected, there, shift, now) is { } refusal)
            return refusal;

        var release = new Release(change.RequestId, here, change.Actor, change.Reason);
        return new StockEvent.HandOverBegun(
            change.Content, history.Held!, history.HeldAt, corrected.Encounter, corrected.Content, release, shift);
    }

    /// <summary>Notes what became of a hand-over. One that was noted before, or is another, changes nothing.</summary>
    /// <param name="begun">The one that was carried out.</param>
    /// <param name="refusal">Why the other site could not record it; null where it did.</param>
    public static Decision<StockEvent> EndHandOver(EncounterHistory history, StockEvent.HandOverBegun begun, Refusal? refusal)
    {
        if (history.HandingOver is not { } standing || standing.Release.RequestId != begun.Release.RequestId)
            return new Decision<StockEvent>([]);
        if (refusal is not null)
            return new StockEvent.HandOverRefused(begun.Record, begun.HeldAt, begun.Said.Site, begun.Release, refusal.Message);
        return new StockEvent.HeldReleased(begun.Content, begun.Record, begun.HeldAt, begun.Said.Site, begun.Release);
    }

    /// <summary>Decides that a held record is not to be counted. Refuses as <see cref="Settled"/>.</summary>
    public static Decision<StockEvent> Drop(EncounterHistory history, Change change) =>
        Settled(history, change)
        ?? new StockEvent.HeldDropped(
            change.RequestId, change.Content, history.Held!, history.HeldAt, change.Actor, change.Reason);
}
