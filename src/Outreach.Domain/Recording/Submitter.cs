using Outreach.Domain.Access;

namespace Outreach.Domain.Recording;

/// <summary>The authenticated sender of a record. Unlike the device id in the record, it was verified.</summary>
/// <param name="Person">The person's id.</param>
/// <param name="Device">The enrolled device; null if the person signed in with another identity provider.</param>
public sealed record Submitter(PersonId Person, EnrolledDeviceId? Device = null);
