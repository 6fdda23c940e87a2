using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;

namespace Outreach.Server.Encounters;

/// <summary>A held record as its view stores it.</summary>
/// <param name="Record">The held record.</param>
/// <param name="HeldAt">When it was held.</param>
/// <param name="SettledAt">When a person settled it; null while it waits.</param>
/// <param name="ReleasingTo">The site to which it is being handed over; the default value if none.</param>
internal sealed record HeldDocument(
    HeldRecord Record, Instant HeldAt, Instant? SettledAt = null, ActorId Actor = default, string Reason = "", SiteId ReleasingTo = default)
{
    public static HeldDocument From(HeldRecordStatus status) =>
        new(status.Record, status.HeldAt, status.SettledAt, status.Actor, status.Reason, status.ReleasingTo);
}

/// <summary>A changed encounter as its view stores it.</summary>
/// <param name="Current">Its latest content and how it counts; if voided, its last content before that.</param>
/// <param name="Version">The version of the last change.</param>
internal sealed record AmendedDocument(OriginalRecording Original, CountedEncounter Current, bool Voided, long Version, EquatableList<Amendment> Amendments);
