namespace Outreach.Tool.Bench;

/// <summary>One measured value for one size of a site or program.</summary>
/// <param name="Store">The store.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Encounters">The encounters at the site or in the program.</param>
/// <param name="Sites">The number of sites, not counting the bench's small ones.</param>
/// <param name="Median">The median.</param>
/// <param name="P99">The 99th percentile, or the maximum of a few values.</param>
/// <param name="Unit">The unit of both values.</param>
internal sealed record GrowthMeasurement(string Store, string Name, long Encounters, int Sites, double Median, double P99, string Unit);
