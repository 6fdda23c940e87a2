using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>Records for one site that arrived together.</summary>
/// <param name="Records">The records, in the order in which to record them.</param>
/// <param name="ClockCorrection">The duration to add to the device's times.</param>
/// <param name="By">Who sent them; null if nobody did, as in the demonstration.</param>
public sealed record EncounterBatch(EquatableList<IncomingEncounter> Records, Duration ClockCorrection, Submitter? By);
