using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>What one site knows of one encounter id: the fold of the events that carry it, in their order.</summary>
/// <param name="Held">What was held under the id; null where nothing was.</param>
/// <param name="HeldVersion">The version that held it; 0 where nothing was.</param>
/// <param name="HeldAt">When.</param>
/// <param name="Settled">What a person decided about what was held: a <see cref="EncounterEvent.HeldReleased"/>, an
/// <see cref="EncounterEvent.HeldDropped"/>, or null.</param>
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
    EncounterEvent.HeldChange? Settled = null,
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

    /// <summary>The history after a person settled what was held.</summary>
    internal EncounterHistory Settle(EncounterEvent.HeldChange settled, long version, Instant recordedAt) =>
        this with { Settled = settled, SettledVersion = version, SettledAt = recordedAt, PendingHandOver = null };

    /// <summary>The history after a correction or a voiding.</summary>
    internal EncounterHistory Amend(Amendment amendment, RecordedRequest request) =>
        this with { Amendments = Amendments.Add(amendment), AmendmentRequests = AmendmentRequests.Add(request) };
}

/// <summary>A request that was recorded: its id, its content, and the version that recorded it.</summary>
public readonly record struct RecordedRequest(Guid Id, ContentHash Content, long Version);
