using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;

namespace Outreach.Domain.Encounters;

/// <summary>A record that is stored in full but does not count.</summary>
/// <param name="EncounterId">The id of the encounter.</param>
/// <param name="Content">The content hash.</param>
/// <param name="Json">The record as it was sent, as JSON without the participant code.</param>
/// <param name="Reasons">Why it does not count.</param>
/// <param name="ClockCorrection">The duration to add to the device's time.</param>
/// <param name="Participant">The keyed hash of its participant code; null if it has none.</param>
/// <param name="Device">The device; the default value if it could not be read.</param>
/// <param name="Sequence">The device's number for the record; 0 if it could not be read.</param>
/// <param name="By">Who sent it; null if not known.</param>
public sealed record HeldRecord(
    Guid EncounterId,
    ContentHash Content,
    string Json,
    EquatableList<HoldReason> Reasons,
    Duration ClockCorrection = default,
    ParticipantKey? Participant = null,
    ReportedDeviceId Device = default,
    long Sequence = 0,
    Submitter? By = null);

/// <summary>Who released a held record, at which site it was held, and why it was released.</summary>
public sealed record HeldRecordRelease(Guid RequestId, SiteId HeldAtSite, ActorId Actor, Reason Reason);

/// <summary>The status of a held record.</summary>
/// <param name="HeldAt">When it was held.</param>
/// <param name="SettledAt">When a person settled it; null while it waits.</param>
/// <param name="Actor">Who settled it or is releasing it; the default value if nobody.</param>
/// <param name="Reason">Why that person settles it; empty if nobody does.</param>
/// <param name="ReleasingTo">The site to which it is being handed over; the default value if none.</param>
/// <param name="HandOver">How the event changed a hand-over to another site.</param>
public sealed record HeldRecordStatus(
    HeldRecord Record,
    Instant HeldAt,
    HeldRecordState State,
    Instant? SettledAt = null,
    ActorId Actor = default,
    string Reason = "",
    SiteId ReleasingTo = default,
    HandOverStep HandOver = HandOverStep.None);

/// <summary>The state of a held record. Stored by name.</summary>
public enum HeldRecordState
{
    Waiting = 1,
    Released = 2,
    Dropped = 3,
}

/// <summary>How an event changes the hand-over of a record to another site.</summary>
public enum HandOverStep
{
    None = 0,
    Begun = 1,

    /// <summary>It ended, or there was none.</summary>
    Ended = 2,
}
