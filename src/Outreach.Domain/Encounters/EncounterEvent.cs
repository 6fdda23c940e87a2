using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>An event about an encounter record at a site. Stored permanently, in the stream of the site's stock.</summary>
/// <remarks>Each event contains everything that it changes, so that figures can be computed from it alone.</remarks>
public abstract partial record EncounterEvent : StockEvent
{
    private EncounterEvent()
    {
    }

    /// <summary>The device arrival that it records; null if none.</summary>
    public abstract DeviceArrival? GetArrival();

    /// <summary>The history of the record after this event.</summary>
    public abstract EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt);

    public sealed override LotStatus? GetLotStatus(Instant recordedAt) => null;

    /// <summary>An event that changes what counts: an encounter is added, replaced or removed.</summary>
    public abstract record CountingEvent : EncounterEvent
    {
        private protected CountingEvent()
        {
        }

        /// <summary>The encounter that no longer counts; null if none is removed.</summary>
        public abstract CountedEncounter? GetRemoved();

        /// <summary>The encounter that counts from now on; null if none is added.</summary>
        public abstract CountedEncounter? GetAdded();

        /// <summary>The encounter with all its changes; null if this event does not change a recorded encounter.</summary>
        public abstract AmendedEncounter? GetAmended(Instant recordedAt);

        public sealed override OccurrenceRange? GetOccurrence()
        {
            var (removed, added) = (GetRemoved(), GetAdded());
            if (removed is null || added is null)
                return new OccurrenceRange((removed ?? added)!.OccurredAt);
            return new OccurrenceRange(Instant.Min(removed.OccurredAt, added.OccurredAt), Instant.Max(removed.OccurredAt, added.OccurredAt));
        }
    }

    /// <summary>An encounter was recorded and counts.</summary>
    /// <param name="Release">Who released it, if it was held; null if it counted at once.</param>
    /// <param name="By">Who sent it; null if not known.</param>
    public sealed record EncounterLogged(CountedEncounter Counted, ContentHash Content, HeldRecordRelease? Release = null, Submitter? By = null) : CountingEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Counted.Encounter.Id, Release?.RequestId);

        public override CountedEncounter? GetRemoved() => null;

        public override CountedEncounter? GetAdded() => Counted;

        public override AmendedEncounter? GetAmended(Instant recordedAt) => null;

        public override DeviceArrival? GetArrival() => DeviceArrival.From(Counted.Encounter.Device, Counted.Encounter.Sequence);

        public override void AddMovements(List<Movement> movements) => Counted.AddAllocations(MovementKind.Distribution, movements);

        public override MovementNote GetMovementNote() => new(default);

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history with
        {
            Logged = this,
            Original = new OriginalRecording(version, recordedAt, Counted.OccurredAt, By),
            Current = Counted,
        };
    }

    /// <summary>An encounter was corrected. It counts as if it had been recorded like this at first; its earlier content stays in the event.</summary>
    /// <param name="Content">The hash of the request.</param>
    /// <param name="Original">When it was first recorded, and who sent it.</param>
    /// <param name="UnmatchedReturns">Returned units whose shortfall has already been settled.</param>
    /// <param name="Earlier">Earlier changes, oldest first.</param>
    public sealed record EncounterCorrected(
        Guid RequestId,
        ContentHash Content,
        OriginalRecording Original,
        CountedEncounter Before,
        CountedEncounter After,
        ActorId Actor,
        Reason Reason,
        EquatableList<Shortfall> UnmatchedReturns = default,
        EquatableList<Amendment> Earlier = default) : CountingEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Before.Encounter.Id, RequestId, Content);

        public override CountedEncounter? GetRemoved() => Before;

        public override CountedEncounter? GetAdded() => After;

        public override AmendedEncounter? GetAmended(Instant recordedAt) =>
            new(Original, After, false, Earlier.Add(ToAmendment(recordedAt)));

        public override DeviceArrival? GetArrival() => null;

        public override void AddMovements(List<Movement> movements)
        {
            Before.AddReturns(MovementKind.Correction, UnmatchedReturns, movements);
            After.AddAllocations(MovementKind.Correction, movements);
        }

        public override MovementNote GetMovementNote() => new(Actor, Reason.Text);

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) =>
            history.Amend(ToAmendment(recordedAt), new RecordedRequest(RequestId, Content, version)) with { Current = After };

        private Amendment ToAmendment(Instant recordedAt) => new(RequestId, recordedAt, Actor, Reason, Before.Encounter);
    }

    /// <summary>An encounter was voided. It counts as if it had never happened; its content stays in the event.</summary>
    /// <param name="Content">The hash of the request.</param>
    /// <param name="Original">When it was first recorded, and who sent it.</param>
    /// <param name="UnmatchedReturns">Returned units whose shortfall has already been settled.</param>
    /// <param name="Earlier">Earlier changes, oldest first.</param>
    public sealed record EncounterVoided(
        Guid RequestId,
        ContentHash Content,
        OriginalRecording Original,
        CountedEncounter Before,
        ActorId Actor,
        Reason Reason,
        EquatableList<Shortfall> UnmatchedReturns = default,
        EquatableList<Amendment> Earlier = default) : CountingEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Before.Encounter.Id, RequestId, Content);

        public override CountedEncounter? GetRemoved() => Before;

        public override CountedEncounter? GetAdded() => null;

        public override AmendedEncounter? GetAmended(Instant recordedAt) =>
            new(Original, Before, true, Earlier.Add(ToAmendment(recordedAt)));

        public override DeviceArrival? GetArrival() => null;

        public override void AddMovements(List<Movement> movements) =>
            Before.AddReturns(MovementKind.Voiding, UnmatchedReturns, movements);

        public override MovementNote GetMovementNote() => new(Actor, Reason.Text);

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) =>
            history.Amend(ToAmendment(recordedAt), new RecordedRequest(RequestId, Content, version)) with { Voided = true };

        private Amendment ToAmendment(Instant recordedAt) => new(RequestId, recordedAt, Actor, Reason, Before.Encounter, Voided: true);
    }
}
