
namespace Outreach.Domain.Recording;

/// <summary>What a rule decided: events to record together, in order, or one refusal.</summary>
/// <remarks>Neither events nor a refusal: what was asked for is so already, and is answered as the first time.</remarks>
/// <param name="Facts">The events; empty with a refusal, and where nothing changes.</param>
/// <param name="Refusal">Why not; null where the rule allows it.</param>
public sealed record Decision<TFact>(IReadOnlyList<TFact> Facts, Refusal? Refusal = null)
    where TFact : class
{
    public static implicit operator Decision<TFact>(TFact fact) => new([fact]);

    public static implicit operator Decision<TFact>(Refusal refusal) => new([], refusal);
}
