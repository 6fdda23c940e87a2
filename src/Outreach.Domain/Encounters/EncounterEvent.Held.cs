using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

public abstract partial record EncounterEvent
{
    /// <summary>An event about a held record. It moves no stock.</summary>
    public abstract record HeldRecordEvent : EncounterEvent
    {
        private protected HeldRecordEvent()
        {
        }

        /// <summary>The status of the held record after this event.</summary>
        public abstract HeldRecordStatus GetStatus(Instant recordedAt);

        public sealed override OccurrenceRange? GetOccurrence() => null;

        public sealed override void AddMovements(List<Movement> movements)
        {
        }

        public sealed override MovementNote GetMovementNote() => new(default);
    }

    /// <summary>A record was stored in full but does not count until a person has settled it.</summary>
    public sealed record EncounterHeld(HeldRecord Record) : HeldRecordEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId);

        public override HeldRecordStatus GetStatus(Instant recordedAt) => new(Record, recordedAt, HeldRecordState.Waiting);

        public override DeviceArrival? GetArrival() => DeviceArrival.From(Record.Device, Record.Sequence);

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) =>
            history with { Held = Record, HeldVersion = version, HeldAt = recordedAt };
    }

    /// <summary>A held record was released: it now counts, at this site or at another.</summary>
    /// <param name="Content">The hash of the request.</param>
    /// <param name="Record">The held record.</param>
    /// <param name="HeldAt">When it was held.</param>
    /// <param name="Site">The site where it counts.</param>
    public sealed record HeldRecordReleased(ContentHash Content, HeldRecord Record, Instant HeldAt, SiteId Site, HeldRecordRelease Release) : HeldRecordEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId, Release.RequestId, Content);

        public override HeldRecordStatus GetStatus(Instant recordedAt) => new(
            Record, HeldAt, HeldRecordState.Released, recordedAt, Release.Actor, Release.Reason.Text, HandOver: HandOverStep.Ended);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history.Settle(this, version, recordedAt);
    }

    /// <summary>A held record was released to another site. Until the hand-over has ended, no other decision about it is accepted.</summary>
    /// <param name="Content">The hash of the request.</param>
    /// <param name="Record">The held record.</param>
    /// <param name="HeldAt">When it was held.</param>
    /// <param name="Encounter">The encounter to record; it names the other site.</param>
    /// <param name="EncounterContent">The content hash of <paramref name="Encounter"/>.</param>
    /// <param name="ClockCorrection">The duration to add to its time.</param>
    public sealed record HandOverBegun(
        ContentHash Content,
        HeldRecord Record,
        Instant HeldAt,
        Encounter Encounter,
        ContentHash EncounterContent,
        HeldRecordRelease Release,
        Duration ClockCorrection = default) : HeldRecordEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId, Release.RequestId, Content);

        public override HeldRecordStatus GetStatus(Instant recordedAt) => new(
            Record, HeldAt, HeldRecordState.Waiting, null, Release.Actor, Release.Reason.Text, Encounter.Site, HandOverStep.Begun);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history with { PendingHandOver = this };
    }

    /// <summary>The other site could not record what was released to it. The record waits for a person again.</summary>
    /// <param name="Record">The held record.</param>
    /// <param name="HeldAt">When it was held.</param>
    /// <param name="Site">The site to which it was released.</param>
    /// <param name="Release">Who released it, and why.</param>
    /// <param name="Why">Why the other site could not record it, for people.</param>
    public sealed record HandOverRefused(HeldRecord Record, Instant HeldAt, SiteId Site, HeldRecordRelease Release, string Why) : HeldRecordEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId);

        public override HeldRecordStatus GetStatus(Instant recordedAt) => new(Record, HeldAt, HeldRecordState.Waiting, HandOver: HandOverStep.Ended);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history with { PendingHandOver = null };
    }

    /// <summary>A person decided that a held record will not count.</summary>
    /// <param name="Content">The hash of the request.</param>
    /// <param name="Record">The held record.</param>
    /// <param name="HeldAt">When it was held.</param>
    public sealed record HeldRecordDropped(
        Guid RequestId, ContentHash Content, HeldRecord Record, Instant HeldAt, ActorId Actor, Reason Reason) : HeldRecordEvent
    {
        public override IdempotencyKeys GetIdempotencyKeys() => new(Record.EncounterId, RequestId, Content);

        public override HeldRecordStatus GetStatus(Instant recordedAt) => new(Record, HeldAt, HeldRecordState.Dropped, recordedAt, Actor, Reason.Text);

        public override DeviceArrival? GetArrival() => null;

        public override EncounterHistory ApplyTo(EncounterHistory history, long version, Instant recordedAt) => history.Settle(this, version, recordedAt);
    }
}
