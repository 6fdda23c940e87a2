using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>Records for one site that arrived together.</summary>
/// <param name="Records">In the order in which they are to be recorded.</param>
/// <param name="ClockCorrection">By how much the device's clock is to be set right.</param>
/// <param name="By">Who sent them; null where nobody did, as in a demonstration.</param>
public sealed record EncounterBatch(EquatableList<IncomingEncounter> Records, Duration ClockCorrection, Submitter? By);
