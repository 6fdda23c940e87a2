
namespace Outreach.Domain.Recording;

/// <summary>A value or a refusal.</summary>
/// <param name="Value">The value; null with a refusal.</param>
/// <param name="Refusal">The refusal; null with a value.</param>
public sealed record Result<T>(T? Value, Refusal? Refusal)
    where T : class
{
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(null, refusal);
}
