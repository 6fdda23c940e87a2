using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;

namespace Outreach.Server.Encounters;

/// <summary>A held record as its view keeps it.</summary>
/// <param name="Record">What was held.</param>
/// <param name="HeldAt">When.</param>
/// <param name="SettledAt">When a person settled it; null while it waits.</param>
/// <param name="ReleasingTo">The site that it is being handed over to; the default where it is not.</param>
internal sealed record HeldDocument(
    HeldRecord Record, Instant HeldAt, Instant? SettledAt = null, ActorId Actor = default, string Reason = "", SiteId ReleasingTo = default)
{
    public static HeldDocument From(HeldStatus status) =>
        new(status.Record, status.HeldAt, status.SettledAt, status.Actor, status.Reason, status.ReleasingTo);
}

/// <summary>An encounter that was changed, as its view keeps it.</summary>
/// <param name="Current">What it says and how it counts, or did until it was voided.</param>
/// <param name="Version">The version that changed it last.</param>
internal sealed record AmendedDocument(OriginalRecording Original, CountedEncounter Current, bool Voided, long Version, EquatableList<Amendment> Amendments);
