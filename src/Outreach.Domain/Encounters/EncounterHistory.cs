using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>The events of one encounter id at one site, folded in order.</summary>
/// <param name="Held">The record held under the id; null if none.</param>
/// <param name="HeldVersion">The version at which it was held; 0 if none.</param>
/// <param name="HeldAt">When it was held.</param>
/// <param name="Settled">How a person settled the held record: <see cref="EncounterEvent.HeldRecordReleased"/>,
/// <see cref="EncounterEvent.HeldRecordDropped"/>, or null if not settled.</param>
/// <param name="SettledVersion">The version at which it was settled; 0 if not settled.</param>
/// <param name="SettledAt">When it was settled.</param>
/// <param name="PendingHandOver">The hand-over to another site that has begun and not ended; null if none.</param>
/// <param name="Logged">The encounter as first recorded; null if it was not recorded.</param>
/// <param name="Original">When it was first recorded, and who sent it.</param>
/// <param name="Current">Its latest content and how it counts; if voided, its last content before that; null if it was not recorded.</param>
/// <param name="Voided">True if it no longer counts.</param>
/// <param name="Amendments">Corrections and a voiding, oldest first.</param>
/// <param name="AmendmentRequests">The requests of the amendments, oldest first.</param>
public sealed record EncounterHistory(
    HeldRecord? Held = null,
    long HeldVersion = 0,
    Instant HeldAt = default,
    EncounterEvent.HeldRecordEvent? Settled = null,
    long SettledVersion = 0,
    Instant SettledAt = default,
    EncounterEvent.HandOverBegun? PendingHandOver = null,
    EncounterEvent.EncounterLogged? Logged = null,
    OriginalRecording Original = default,
    CountedEncounter? Current = null,
    bool Voided = false,
    EquatableList<Amendment> Amendments = default,
    EquatableList<RecordedRequest> AmendmentRequests = default)
{
    public static readonly EncounterHistory Empty = new();

    /// <summary>The history after a person settled the held record.</summary>
    internal EncounterHistory Settle(EncounterEvent.HeldRecordEvent settled, long version, Instant recordedAt) =>
        this with { Settled = settled, SettledVersion = version, SettledAt = recordedAt, PendingHandOver = null };

    /// <summary>The history after a correction or a voiding.</summary>
    internal EncounterHistory Amend(Amendment amendment, RecordedRequest request) =>
        this with { Amendments = Amendments.Add(amendment), AmendmentRequests = AmendmentRequests.Add(request) };
}

/// <summary>A request that was recorded: its id, its content, and the version that recorded it.</summary>
public readonly record struct RecordedRequest(Guid Id, ContentHash Content, long Version);
