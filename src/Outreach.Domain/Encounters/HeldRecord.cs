using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;

namespace Outreach.Domain.Encounters;

/// <summary>A record that was kept whole without counting.</summary>
/// <param name="EncounterId">Its id.</param>
/// <param name="Content">Tells the same content from another.</param>
/// <param name="Json">What was sent, as JSON without the participant code.</param>
/// <param name="Reasons">Why it does not count.</param>
/// <param name="ClockCorrection">By how much the device's clock was to be set right.</param>
/// <param name="Participant">The keyed hash of its participant code; null without one.</param>
/// <param name="Device">The device, where it could be read.</param>
/// <param name="Sequence">The device's own count, where it could be read; otherwise 0.</param>
/// <param name="By">Who sent it; null where that was not kept.</param>
public sealed record HeldRecord(
    Guid EncounterId,
    ContentHash Content,
    string Json,
    EquatableList<HoldReason> Reasons,
    Duration ClockCorrection = default,
    ParticipantKey? Participant = null,
    DeviceId Device = default,
    long Sequence = 0,
    Submitter? By = null);

/// <summary>Who released a held record, where it had been held, and why.</summary>
public sealed record Release(Guid RequestId, SiteId HeldAtSite, ActorId Actor, Reason Reason);

/// <summary>Where a held record stands.</summary>
/// <param name="HeldAt">When it was held.</param>
/// <param name="SettledAt">When a person settled it; null while it waits.</param>
/// <param name="Actor">Who settled or is releasing it; the default where nobody is.</param>
/// <param name="Reason">Why; empty where nobody is.</param>
/// <param name="ReleasingTo">The site that it is being handed over to; the default where it is not.</param>
/// <param name="HandOver">What the event did to a hand-over to another site.</param>
public sealed record HeldStatus(
    HeldRecord Record,
    Instant HeldAt,
    HeldRecordState State,
    Instant? SettledAt = null,
    ActorId Actor = default,
    string Reason = "",
    SiteId ReleasingTo = default,
    HandOverStep HandOver = HandOverStep.None);

/// <summary>What became of a held record. Stored by name.</summary>
public enum HeldRecordState
{
    Waiting = 1,
    Released = 2,
    Dropped = 3,
}

/// <summary>What an event does to the hand-over of a record to another site.</summary>
public enum HandOverStep
{
    None = 0,
    Begun = 1,

    /// <summary>It is over, or there was none.</summary>
    Ended = 2,
}
