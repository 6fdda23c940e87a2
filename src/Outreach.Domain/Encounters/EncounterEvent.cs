using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>What happened to an encounter record at a site. Stored for ever, in the stream of the site's stock.</summary>
/// <remarks>Each event says by itself what it changes, so that figures can be computed from it alone.</remarks>
public abstract partial record EncounterEvent : StockEvent
{
    private EncounterEvent()
    {
    }

    /// <summary>The record that arrived from a device with it; null where none did, or it names no device.</summary>
    public abstract DeviceArrival? GetArrival();

    /// <summary>What the site knows of the record after it.</summary>
    public abstract EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt);

    public sealed override LotStatus? GetLotStatus(Instant recordedAt) => null;

    /// <summary>An event that changes what counts: an encounter is added, replaced or removed.</summary>
    public abstract record CountChange : EncounterEvent
    {
        private protected CountChange()
        {
        }

        /// <summary>The encounter that counts no longer; null where none is removed.</summary>
        public abstract CountedEncounter? GetRemoved();

        /// <summary>The encounter that counts from now on; null where none is added.</summary>
        public abstract CountedEncounter? GetAdded();

        /// <summary>The encounter with everything that was changed of it; null where this is not a change of one that was recorded.</summary>
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
    /// <param name="Release">Who let it count, where it had been held; null where it counted at once.</param>
    /// <param name="By">Who sent it; null where that was not kept.</param>
    public sealed record EncounterLogged(CountedEncounter Counted, ContentHash Content, Release? Release = null, Submitter? By = null) : CountChange
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

    /// <summary>An encounter says something else now. It is as if it had said so from the start; what it said before is kept.</summary>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Original">Where it was first recorded, and who sent it.</param>
    /// <param name="UnmatchedReturns">Units that come back although no shortfall is open for them any more.</param>
    /// <param name="Earlier">What was changed before, oldest first.</param>
    public sealed record EncounterCorrected(
        Guid RequestId,
        ContentHash Content,
        OriginalRecording Original,
        CountedEncounter Before,
        CountedEncounter After,
        ActorId Actor,
        Reason Reason,
        EquatableList<Shortfall> UnmatchedReturns = default,
        EquatableList<Amendment> Earlier = default) : CountChange
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

    /// <summary>An encounter counts no longer. It is as if it had never happened; what it said is kept.</summary>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Original">Where it was first recorded, and who sent it.</param>
    /// <param name="UnmatchedReturns">Units that come back although no shortfall is open for them any more.</param>
    /// <param name="Earlier">What was changed before, oldest first.</param>
    public sealed record EncounterVoided(
        Guid RequestId,
        ContentHash Content,
        OriginalRecording Original,
        CountedEncounter Before,
        ActorId Actor,
        Reason Reason,
        EquatableList<Shortfall> UnmatchedReturns = default,
        EquatableList<Amendment> Earlier = default) : CountChange
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
