using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;

namespace Outreach.Domain.Stock;

/// <summary>What happened to one site's stock and records. Stored for ever: members are added, never renamed or removed.</summary>
/// <remarks>Every fact tells by itself what it changes, so that figures can be computed from it without any other.</remarks>
public abstract record StockEvent
{
    private StockEvent()
    {
    }

    /// <summary>Stock came in.</summary>
    /// <param name="RequestId">Made by the caller before the first attempt.</param>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="ExpiresOn">The last day it can be used; null where it does not expire.</param>
    /// <param name="ExpiredFrom">The first moment after that day in the site's time zone.</param>
    /// <param name="Source">Whom it came from, at most 100 characters.</param>
    /// <param name="After">What the site then held of the product.</param>
    /// <param name="Day">The day it came in, in the site's time zone.</param>
    public sealed record StockReceived(
        Guid RequestId,
        ContentHash Content,
        ProductId Product,
        Quantity Units,
        Instant OccurredAt,
        LotNumber Lot = default,
        LocalDate? ExpiresOn = null,
        Instant? ExpiredFrom = null,
        string Source = "",
        ActorId Actor = default,
        Shelf? After = null,
        LocalDate? Day = null) : StockEvent;

    /// <summary>An encounter was recorded and counts.</summary>
    /// <param name="Release">Who let it count, where it had been held; null where it counted at once.</param>
    /// <param name="By">Who sent it; null where that was not kept.</param>
    public sealed record EncounterLogged(CountedEncounter Counted, ContentHash Content, Release? Release = null, Submitter? By = null) : StockEvent;

    /// <summary>A record was kept whole but does not count until a person has seen it.</summary>
    public sealed record EncounterHeld(HeldRecord Record) : StockEvent;

    /// <summary>A held record was released: it counts, at this site or at another.</summary>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Record">What was held.</param>
    /// <param name="HeldAt">When.</param>
    /// <param name="Site">The site that it counts at.</param>
    public sealed record HeldReleased(ContentHash Content, HeldRecord Record, Instant HeldAt, SiteId Site, Release Release) : StockEvent;

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
        Duration ClockCorrection = default) : StockEvent;

    /// <summary>The other site could not record what was released to it: the record waits for a person again.</summary>
    /// <param name="Record">What is held.</param>
    /// <param name="HeldAt">Since when.</param>
    /// <param name="Site">The site that it was released to.</param>
    /// <param name="Release">Who released it.</param>
    /// <param name="Why">Why it could not, for people.</param>
    public sealed record HandOverRefused(HeldRecord Record, Instant HeldAt, SiteId Site, Release Release, string Why) : StockEvent;

    /// <summary>A person decided that a held record is not to be counted.</summary>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Record">What was held.</param>
    /// <param name="HeldAt">When.</param>
    public sealed record HeldDropped(
        Guid RequestId, ContentHash Content, HeldRecord Record, Instant HeldAt, ActorId Actor, Reason Reason) : StockEvent;

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
        EquatableList<Amendment> Earlier = default) : StockEvent;

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
        EquatableList<Amendment> Earlier = default) : StockEvent;

    /// <summary>Units that the books could not cover were explained.</summary>
    /// <param name="RequestId">Made by the caller before the first attempt.</param>
    /// <param name="Content">Tells the same request from another under its id.</param>
    /// <param name="Lot">The lot they came from; null: they came from stock that was never booked.</param>
    /// <param name="After">What the site then held of the product.</param>
    public sealed record ShortfallSettled(
        Guid RequestId,
        ContentHash Content,
        ProductId Product,
        Quantity Units,
        Instant OccurredAt,
        ActorId Actor,
        Reason Reason,
        LotNumber? Lot = null,
        Shelf? After = null) : StockEvent;

    /// <summary>The last day that a lot can be used has passed.</summary>
    public sealed record LotExpired(ProductId Product, LotNumber Lot, LocalDate ExpiresOn) : StockEvent;
}

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
