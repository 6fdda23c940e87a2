using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

public abstract partial record EncounterEvent
{
    /// <summary>An event about a record that is held. It moves no stock.</summary>
    public abstract record HeldChange : EncounterEvent
    {
        private protected HeldChange()
        {
        }

        /// <summary>Where the held record stands after it.</summary>
        public abstract HeldStatus GetStatus(Instant recordedAt);

        public sealed override OccurrenceRange? GetOccurrence() => null;

        public sealed override void AddMovements(List<Movement> movements)
        {
        }

        public sealed override MovementNote GetMovementNote() => new(default);
    }

    /// <summary>A record was kept whole but does not count until a person has seen it.</summary>
    public sealed record EncounterHeld(HeldRecord Record) : HeldChange
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId);

        public override HeldStatus GetStatus(Instant recordedAt) => new(Record, recordedAt, HeldRecordState.Waiting);

        public override DeviceArrival? GetArrival() => DeviceArrival.From(Record.Device, Record.Sequence);

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) =>
            history with { Held = Record, HeldVersion = version, HeldAt = recordedAt };
    }

    /// <summary>A held record was released: it counts, at this site or at another.</summary>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Record">What was held.</param>
    /// <param name="HeldAt">When.</param>
    /// <param name="Site">The site that it counts at.</param>
    public sealed record HeldReleased(ContentHash Content, HeldRecord Record, Instant HeldAt, SiteId Site, Release Release) : HeldChange
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId, Release.RequestId, Content);

        public override HeldStatus GetStatus(Instant recordedAt) => new(
            Record, HeldAt, HeldRecordState.Released, recordedAt, Release.Actor, Release.Reason.Text, HandOver: HandOverStep.Ended);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history.Settle(this, version, recordedAt);
    }

    /// <summary>A held record was released to another site and is on its way there: until it is settled, nothing else is decided about it.</summary>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Record">What was held.</param>
    /// <param name="HeldAt">When.</param>
    /// <param name="Encounter">What is to be recorded; it names the site.</param>
    /// <param name="EncounterContent">Tells the same record from another under its id there.</param>
    /// <param name="ClockCorrection">By how much its time is moved.</param>
    public sealed record HandOverBegun(
        ContentHash Content,
        HeldRecord Record,
        Instant HeldAt,
        Encounter Encounter,
        ContentHash EncounterContent,
        Release Release,
        Duration ClockCorrection = default) : HeldChange
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId, Release.RequestId, Content);

        public override HeldStatus GetStatus(Instant recordedAt) => new(
            Record, HeldAt, HeldRecordState.Waiting, null, Release.Actor, Release.Reason.Text, Encounter.Site, HandOverStep.Begun);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history with { PendingHandOver = this };
    }

    /// <summary>The other site could not record what was released to it: the record waits for a person again.</summary>
    /// <param name="Record">What is held.</param>
    /// <param name="HeldAt">Since when.</param>
    /// <param name="Site">The site that it was released to.</param>
    /// <param name="Release">Who released it.</param>
    /// <param name="Why">Why it could not, for people.</param>
    public sealed record HandOverRefused(HeldRecord Record, Instant HeldAt, SiteId Site, Release Release, string Why) : HeldChange
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId);

        public override HeldStatus GetStatus(Instant recordedAt) => new(Record, HeldAt, HeldRecordState.Waiting, HandOver: HandOverStep.Ended);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history with { PendingHandOver = null };
    }

    /// <summary>A person decided that a held record is not to be counted.</summary>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Record">What was held.</param>
    /// <param name="HeldAt">When.</param>
    public sealed record HeldDropped(
        Guid RequestId, ContentHash Content, HeldRecord Record, Instant HeldAt, ActorId Actor, Reason Reason) : HeldChange
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId, RequestId, Content);

        public override HeldStatus GetStatus(Instant recordedAt) => new(Record, HeldAt, HeldRecordState.Dropped, recordedAt, Actor, Reason.Text);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history.Settle(this, version, recordedAt);
    }
}
