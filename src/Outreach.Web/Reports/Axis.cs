using System.Globalization;

namespace Outreach.Web.Reports;

/// <summary>An axis from zero to a round number, with a grid line at every step.</summary>
/// <param name="Max">The largest value, at least 1.</param>
/// <param name="Step">The distance between grid lines: 1, 2, 2.5 or 5 times a power of ten, and a whole number.</param>
public readonly record struct Axis(long Max, long Step)
{
    /// <summary>An axis for values up to <paramref name="largest"/>, with one to five steps.</summary>
    public static Axis For(long largest)
    {
        if (largest <= 3)
            return new Axis(Math.Max(largest, 2), 1);
        var step = RoundStep(largest / 5.0);
        return new Axis((largest + step - 1) / step * step, step);
    }

    /// <summary>The values of the grid lines, zero first.</summary>
    public IEnumerable<long> GridLines()
    {
        for (var value = 0L; value <= Max; value += Step)
            yield return value;
    }

    /// <summary>A short form of a number, for an axis: "950", "12k", "2.5M".</summary>
    public static string FormatShort(long value) => value switch
    {
        >= 1_000_000 => (value / 1_000_000m).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 10_000 => (value / 1_000m).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };

    private static long RoundStep(double raw)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double[] choices = power >= 10 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10];
        return (long)(choices.First(c => c * power >= raw - 1e-9) * power);
    }
}
