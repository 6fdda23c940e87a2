
namespace Outreach.Domain.Recording;

/// <summary>The decision of a rule: events to record together, in order, or one refusal.</summary>
/// <remarks>A decision without events and refusal means that nothing changes, for example because the request was repeated.</remarks>
/// <param name="Facts">The events; empty if nothing changes, and usually with a refusal.</param>
/// <param name="Refusal">Why the request is refused; null if it is not.</param>
public sealed record Decision<TFact>(IReadOnlyList<TFact> Facts, Refusal? Refusal = null)
    where TFact : class
{
    public static implicit operator Decision<TFact>(TFact fact) => new([fact]);

    public static implicit operator Decision<TFact>(Refusal refusal) => new([], refusal);
}
