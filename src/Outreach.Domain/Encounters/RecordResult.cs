using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>What became of one record that was sent.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">The site's version that holds it; 0 where it was not kept.</param>
/// <param name="Shortfalls">Units that the books could not cover when it was recorded.</param>
/// <param name="Reasons">Why it was held.</param>
public sealed record RecordResult(RecordOutcome Outcome, long Version = 0, EquatableList<Shortfall> Shortfalls = default, EquatableList<HoldReason> Reasons = default)
{
    public static readonly RecordResult Conflicting = new(RecordOutcome.IdTaken);

    public static readonly RecordResult NotFound = new(RecordOutcome.SiteNotFound);

    public static RecordResult From(EncounterEvent.EncounterLogged logged, long version) =>
        new(RecordOutcome.Recorded, version, logged.Counted.Shortfalls());

    public static RecordResult From(EncounterEvent.EncounterHeld held, long version) =>
        new(RecordOutcome.Held, version, default, held.Record.Reasons);

    /// <summary>
    /// The answer to a repetition, from all that a site knows of its id: what was held waits, or counts since it was
    /// released; what a person dropped is told as it was.
    /// </summary>
    public static RecordResult ForRepeat(EncounterHistory history, ContentHash content) => history switch
    {
        { Logged: { } logged } when logged.Content == content || history.Held?.Content == content =>
            From(logged, history.Original.Version).ForRepeat(),
        { Held: { } held } when held.Content == content => history.Settled is EncounterEvent.HeldReleased
            ? new RecordResult(RecordOutcome.AlreadyRecorded, history.SettledVersion)
            : new RecordResult(RecordOutcome.Held, history.HeldVersion, default, held.Reasons),
        _ => Conflicting,
    };

    /// <summary>The same answer to a repetition.</summary>
    public RecordResult ForRepeat() => Outcome == RecordOutcome.Recorded ? this with { Outcome = RecordOutcome.AlreadyRecorded } : this;
}

/// <summary>What became of a record.</summary>
public enum RecordOutcome
{
    Recorded = 1,
    AlreadyRecorded = 2,
    Held = 3,
    IdTaken = 4,
    Malformed = 5,
    SiteNotFound = 6,
}
