
namespace Outreach.Domain.Recording;

/// <summary>What a rule answers: facts, in order, to be recorded together; or the one reason why not.</summary>
/// <remarks>No facts and no refusal: what was asked for stands already, and the answer is the one of the first time.</remarks>
/// <param name="Facts">What to record; empty with a refusal, and where nothing changes.</param>
/// <param name="Refusal">Why not; null where the rule allows it.</param>
public sealed record Decision<TFact>(IReadOnlyList<TFact> Facts, Refusal? Refusal = null)
    where TFact : class
{
    public static implicit operator Decision<TFact>(TFact fact) => new([fact]);

    public static implicit operator Decision<TFact>(Refusal refusal) => new([], refusal);
}
