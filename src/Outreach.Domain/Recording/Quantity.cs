
namespace Outreach.Domain.Recording;

/// <summary>A count of units of issue, from 0 to <see cref="Max"/>. Never negative.</summary>
public readonly record struct Quantity
{
    /// <summary>The largest count of one line. A larger one is probably a typing error.</summary>
    public const int Max = 1_000_000;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is outside 0 to <see cref="Max"/>.</exception>
    public Quantity(int units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(units, Max);
        Units = units;
    }

    public int Units { get; }

    public override string ToString() => $"{Units}";
}
