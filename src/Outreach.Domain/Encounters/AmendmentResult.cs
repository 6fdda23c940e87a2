namespace Outreach.Domain.Encounters;

/// <summary>The version that recorded a change, or why what was to be said cannot be.</summary>
/// <param name="Version">The version; 0 with reasons.</param>
/// <param name="Reasons">Why not, where a new record would be held.</param>
public sealed record AmendmentResult(long Version, EquatableList<HoldReason> Reasons = default);
