using Outreach.Domain.Access;

namespace Outreach.Domain.Recording;

/// <summary>Who sent a record. Unlike what a record says of its device, it was proven when it arrived.</summary>
/// <param name="Person">Who, by their id.</param>
/// <param name="Device">The device that they had signed in with; null where they came with another provider's token.</param>
public sealed record Submitter(PersonId Person, EnrolledDeviceId? Device = null);
