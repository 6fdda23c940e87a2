namespace Outreach.Domain.Encounters;

/// <summary>The result of a change: the version that recorded it, or the reasons why it was not recorded.</summary>
/// <param name="Version">The version; 0 with reasons.</param>
/// <param name="Reasons">The reasons for which a new record with this content would be held.</param>
public sealed record AmendmentResult(long Version, EquatableList<HoldReason> Reasons = default);
