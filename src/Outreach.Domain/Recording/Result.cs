
namespace Outreach.Domain.Recording;

/// <summary>What was asked for, or the one reason why not.</summary>
/// <param name="Value">What was asked for; null with a refusal.</param>
/// <param name="Refusal">Why not; null with a value.</param>
public sealed record Result<T>(T? Value, Refusal? Refusal)
    where T : class
{
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(null, refusal);
}
