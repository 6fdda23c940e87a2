namespace Outreach.Tool.Bench;

/// <summary>Figures of several rounds, put in one.</summary>
internal static class Statistics
{
    /// <summary>The middle one, or the mean of the middle two; NaN for none.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
