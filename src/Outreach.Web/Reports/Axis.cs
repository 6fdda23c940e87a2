using System.Globalization;

namespace Outreach.Web.Reports;

/// <summary>An axis from zero to a round number, with a line at every step.</summary>
/// <param name="Max">Where it ends, at least 1.</param>
/// <param name="Step">The distance of two lines: 1, 2, 2.5 or 5 times a power of ten, and whole.</param>
public readonly record struct Axis(long Max, long Step)
{
    /// <summary>The axis for values up to a largest one, with one to five steps.</summary>
    public static Axis For(long largest)
    {
        if (largest <= 3)
            return new Axis(Math.Max(largest, 2), 1);
        var step = RoundStep(largest / 5.0);
        return new Axis((largest + step - 1) / step * step, step);
    }

    /// <summary>Where the lines are, zero first.</summary>
    public IEnumerable<long> GridLines()
    {
        for (var at = 0L; at <= Max; at += Step)
            yield return at;
    }

    /// <summary>A number as short as an axis needs it: "950", "12k", "2.5M".</summary>
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
