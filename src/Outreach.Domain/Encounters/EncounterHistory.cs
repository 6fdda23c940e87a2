using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>What one site knows of one encounter id: the fold of the facts that carry it, in their order.</summary>
/// <param name="Held">What was held under the id; null where nothing was.</param>
/// <param name="HeldVersion">The version that held it; 0 where nothing was.</param>
/// <param name="HeldAt">When.</param>
/// <param name="Settled">What a person decided about what was held: a <see cref="StockEvent.HeldReleased"/>, a
/// <see cref="StockEvent.HeldDropped"/>, or null.</param>
/// <param name="SettledVersion">The version that settled it; 0 where nothing did.</param>
/// <param name="SettledAt">When.</param>
/// <param name="PendingHandOver">The release to another site that is under way; null where none is.</param>
/// <param name="Logged">The encounter as it was recorded; null where it was not.</param>
/// <param name="Original">Where and when it was recorded, and who sent it.</param>
/// <param name="Current">What it says and how it counts now, or did until it was voided; null where it was not recorded.</param>
/// <param name="Voided">Whether it counts no longer.</param>
/// <param name="Amendments">Corrections and a voiding, oldest first.</param>
/// <param name="AmendmentRequests">The requests behind the amendments, oldest first.</param>
public sealed record EncounterHistory(
    HeldRecord? Held = null,
    long HeldVersion = 0,
    Instant HeldAt = default,
    StockEvent? Settled = null,
    long SettledVersion = 0,
    Instant SettledAt = default,
    StockEvent.HandOverBegun? PendingHandOver = null,
    StockEvent.EncounterLogged? Logged = null,
    OriginalRecording Original = default,
    CountedEncounter? Current = null,
    bool Voided = false,
    EquatableList<Amendment> Amendments = default,
    EquatableList<RecordedRequest> AmendmentRequests = default)
{
    public static readonly EncounterHistory Empty = new();

    /// <summary>The history after one more fact; a fact about anything else changes nothing.</summary>
    public EncounterHistory Apply(StockEvent fact, long version, Instant recordedAt) => fact switch
    {
        StockEvent.EncounterHeld held => this with { Held = held.Record, HeldVersion = version, HeldAt = recordedAt },
        StockEvent.HeldReleased or StockEvent.HeldDropped =>
            this with { Settled = fact, SettledVersion = version, SettledAt = recordedAt, PendingHandOver = null },
        StockEvent.HandOverBegun begun => this with { PendingHandOver = begun },
        StockEvent.HandOverRefused => this with { PendingHandOver = null },
        StockEvent.EncounterLogged logged => this with
        {
            Logged = logged,
            Original = new OriginalRecording(version, recordedAt, logged.Counted.OccurredAt, logged.By),
            Current = logged.Counted,
        },
        StockEvent.EncounterCorrected corrected => this with
        {
            Current = corrected.After,
            Amendments = Amendments.Add(ToAmendment(corrected, recordedAt)!),
            AmendmentRequests = AmendmentRequests.Add(new RecordedRequest(corrected.RequestId, corrected.Content, version)),
        },
        StockEvent.EncounterVoided voided => this with
        {
            Voided = true,
            Amendments = Amendments.Add(ToAmendment(voided, recordedAt)!),
            AmendmentRequests = AmendmentRequests.Add(new RecordedRequest(voided.RequestId, voided.Content, version)),
        },
        _ => this,
    };

    /// <summary>The amendment that a fact made; null where it made none.</summary>
    public static Amendment? ToAmendment(StockEvent fact, Instant recordedAt) => fact switch
    {
        StockEvent.EncounterCorrected corrected => new Amendment(
            corrected.RequestId, recordedAt, corrected.Actor, corrected.Reason, corrected.Before.Encounter),
        StockEvent.EncounterVoided voided => new Amendment(
            voided.RequestId, recordedAt, voided.Actor, voided.Reason, voided.Before.Encounter, Voided: true),
        _ => null,
    };
}

/// <summary>A request that was recorded: its id, its content, and the version that recorded it.</summary>
public readonly record struct RecordedRequest(Guid Id, ContentHash Content, long Version);
