using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>Records for one site that arrived together.</summary>
/// <param name="Records">In the order in which they are to be recorded.</param>
/// <param name="ClockCorrection">By how much the device's clock is to be set right.</param>
/// <param name="By">Who sent them; null where nobody did, as in a demonstration.</param>
public sealed record EncounterBatch(EquatableList<IncomingEncounter> Records, Duration ClockCorrection, Submitter? By);

/// <summary>What became of one record that was sent.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">The site's version that holds it; 0 where it was not kept.</param>
/// <param name="Shortfalls">Units that the books could not cover when it was recorded.</param>
/// <param name="Reasons">Why it was held.</param>
public sealed record RecordResult(RecordOutcome Outcome, long Version = 0, EquatableList<Shortfall> Shortfalls = default, EquatableList<HoldReason> Reasons = default)
{
    public static readonly RecordResult Conflicting = new(RecordOutcome.Conflicting);

    public static readonly RecordResult NotFound = new(RecordOutcome.NotFound);

    /// <summary>What a fact that a record made answers, the first time and again.</summary>
    public static RecordResult From(StockEvent fact, long version) => fact switch
    {
        StockEvent.EncounterLogged logged => new RecordResult(RecordOutcome.Recorded, version, logged.Counted.Shortfalls()),
        StockEvent.EncounterHeld held => new RecordResult(RecordOutcome.Held, version, default, held.Record.Reasons),
        _ => throw new ArgumentException($"A record makes no {fact.GetType().Name}.", nameof(fact)),
    };

    /// <summary>
    /// The answer to a repetition, from all that a site knows of its id: what was held waits, or counts since it was
    /// released; what a person dropped is told as it was.
    /// </summary>
    public static RecordResult ForRepeat(EncounterHistory history, ContentHash content) => history switch
    {
        { Logged: { } logged } when logged.Content == content || history.Held?.Content == content =>
            From(logged, history.Original.Version).ForRepeat(),
        { Held: { } held } when held.Content == content => history.Settled is StockEvent.HeldReleased
            ? new RecordResult(RecordOutcome.RecordedBefore, history.SettledVersion)
            : new RecordResult(RecordOutcome.Held, history.HeldVersion, default, held.Reasons),
        _ => Conflicting,
    };

    /// <summary>The same answer to a repetition.</summary>
    public RecordResult ForRepeat() => Outcome == RecordOutcome.Recorded ? this with { Outcome = RecordOutcome.RecordedBefore } : this;
}

/// <summary>What became of a record.</summary>
public enum RecordOutcome
{
    Recorded = 1,
    RecordedBefore = 2,
    Held = 3,
    Conflicting = 4,
    Malformed = 5,
    NotFound = 6,
}

/// <summary>What was recorded and what the site then held of the product.</summary>
public sealed record ReceiptResult(long Version, Instant RecordedAt, Shelf After);

/// <summary>The version that recorded a change, or why what was to be said cannot be.</summary>
/// <param name="Version">The version; 0 with reasons.</param>
/// <param name="Reasons">Why not, where a new record would be held.</param>
public sealed record AmendmentResult(long Version, EquatableList<HoldReason> Reasons = default);
