using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>The result of recording one record.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Version">The version in the site's stream; 0 if it was not stored.</param>
/// <param name="Shortfalls">Units that recorded stock did not cover when it was recorded.</param>
/// <param name="Reasons">Why it was held; empty if it was not.</param>
public sealed record RecordResult(RecordOutcome Outcome, long Version = 0, EquatableList<Shortfall> Shortfalls = default, EquatableList<HoldReason> Reasons = default)
{
    public static readonly RecordResult Conflicting = new(RecordOutcome.IdTaken);

    public static readonly RecordResult NotFound = new(RecordOutcome.SiteNotFound);

    public static RecordResult From(EncounterEvent.EncounterLogged logged, long version) =>
        new(RecordOutcome.Recorded, version, logged.Counted.Shortfalls());

    public static RecordResult From(EncounterEvent.EncounterHeld held, long version) =>
        new(RecordOutcome.Held, version, default, held.Record.Reasons);

    /// <summary>
    /// The result for a repeated record, from the history of its id. A held record is still held or counts since it was
    /// released; a dropped record is reported as held.
    /// </summary>
    public static RecordResult ForRepeat(EncounterHistory history, ContentHash content) => history switch
    {
        { Logged: { } logged } when logged.Content == content || history.Held?.Content == content =>
            From(logged, history.Original.Version).ForRepeat(),
        { Held: { } held } when held.Content == content => history.Settled is EncounterEvent.HeldRecordReleased
            ? new RecordResult(RecordOutcome.AlreadyRecorded, history.SettledVersion)
            : new RecordResult(RecordOutcome.Held, history.HeldVersion, default, held.Reasons),
        _ => Conflicting,
    };

    /// <summary>The same result for a repeated record.</summary>
    public RecordResult ForRepeat() => Outcome == RecordOutcome.Recorded ? this with { Outcome = RecordOutcome.AlreadyRecorded } : this;
}

/// <summary>The outcome of recording a record.</summary>
public enum RecordOutcome
{
    Recorded = 1,
    AlreadyRecorded = 2,
    Held = 3,
    IdTaken = 4,
    Malformed = 5,
    SiteNotFound = 6,
}
