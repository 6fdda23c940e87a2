using NodaTime;

namespace Outreach.Domain.Stock;

/// <summary>How a person settles a record that is held.</summary>
public static class HeldRules
{
    /// <summary>Whether a held record can be settled. In order: HELD_NOT_FOUND, REQUEST_ID_TAKEN, HELD_SETTLED.</summary>
    /// <returns>A refusal; no facts where the same request was answered before; null where it can.</returns>
    public static Decision<StockEvent>? Settled(EncounterHistory history, Change change)
    {
        if (history.Held is null)
            return Refusal.NotFound("HELD_NOT_FOUND", "No record with this id is held at this site.");

        var (request, content, what) = history.Settled switch
        {
            StockEvent.HeldReleased released => (released.Release.RequestId, released.Content, "released"),
            StockEvent.HeldDropped dropped => (dropped.RequestId, dropped.Content, "dropped"),
            _ => (Guid.Empty, default, ""),
        };
        if (history.Settled is null)
            return null;

        if (request != change.RequestId)
            return Refusal.Rule("HELD_SETTLED", $"Record {history.Held.EncounterId} was {what} before.");
        return content == change.Content ? new Decision<StockEvent>([]) : change.Taken();
    }

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
            EncounterRules.Log(state, corrected, books, shift, release),
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

    /// <summary>Notes that a held record counts at another site, which has recorded it. Refuses as <see cref="Settled"/>.</summary>
    /// <param name="release">With the site that held it.</param>
    public static Decision<StockEvent> ReleaseElsewhere(
        EncounterHistory history, Change change, Sites.SiteId elsewhere, Release release) =>
        Settled(history, change)
        ?? new StockEvent.HeldReleased(change.Content, history.Held!, history.HeldAt, elsewhere, release);

    /// <summary>Decides that a held record is not to be counted. Refuses as <see cref="Settled"/>.</summary>
    public static Decision<StockEvent> Drop(EncounterHistory history, Change change) =>
        Settled(history, change)
        ?? new StockEvent.HeldDropped(
            change.RequestId, change.Content, history.Held!, history.HeldAt, change.Actor, change.Reason);
}
