using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>The version and time at which an encounter was first recorded, when it occurred according to that record, and who sent it.</summary>
public readonly record struct OriginalRecording(long Version, Instant RecordedAt, Instant OccurredAt, Submitter? By = null);

/// <summary>A correction or a voiding.</summary>
/// <param name="RequestId">The id of the request.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Actor">Who made it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Before">The encounter before the change.</param>
/// <param name="Voided">True if it voided the encounter.</param>
public sealed record Amendment(Guid RequestId, Instant RecordedAt, ActorId Actor, Reason Reason, Encounter Before, bool Voided = false);

/// <summary>An encounter that was changed after it was recorded.</summary>
/// <param name="Original">Where and when it was first recorded, and who sent it.</param>
/// <param name="Current">Its latest content and how it counts; if voided, its last content before that.</param>
/// <param name="Voided">True if it no longer counts.</param>
/// <param name="Amendments">The changes, oldest first.</param>
public sealed record AmendedEncounter(OriginalRecording Original, CountedEncounter Current, bool Voided, EquatableList<Amendment> Amendments);
