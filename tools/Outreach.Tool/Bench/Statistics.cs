namespace Outreach.Tool.Bench;

/// <summary>Statistics over several rounds.</summary>
internal static class Statistics
{
    /// <summary>Returns the median; NaN if there are no values.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
