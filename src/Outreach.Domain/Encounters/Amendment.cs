using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>Where and when an encounter was first recorded, when it was then said to have happened, and who sent it.</summary>
public readonly record struct OriginalRecording(long Version, Instant RecordedAt, Instant OccurredAt, Submitter? By = null);

/// <summary>A correction or a voiding.</summary>
/// <param name="RequestId">The request that made it.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Actor">Who made it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Before">What the encounter said before.</param>
/// <param name="Voided">Whether it voided the encounter.</param>
public sealed record Amendment(Guid RequestId, Instant RecordedAt, ActorId Actor, Reason Reason, Encounter Before, bool Voided = false);

/// <summary>An encounter that was changed after it was recorded.</summary>
/// <param name="Original">Where and when it was recorded, and who sent it.</param>
/// <param name="Current">What it says and how it counts, or did until it was voided.</param>
/// <param name="Voided">Whether it counts no longer.</param>
/// <param name="Amendments">What was changed, oldest first.</param>
public sealed record AmendedEncounter(OriginalRecording Original, CountedEncounter Current, bool Voided, EquatableList<Amendment> Amendments);
