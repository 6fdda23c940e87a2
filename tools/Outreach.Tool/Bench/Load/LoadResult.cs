namespace Outreach.Tool.Bench.Load;

/// <summary>The result of a load.</summary>
/// <param name="Encounters">The acknowledged encounters, or the calls if the load sends no encounters.</param>
/// <param name="Units">The units handed out by these encounters.</param>
/// <param name="Elapsed">The time from the first call to the last answer.</param>
/// <param name="Latencies">The times from sending a call or batch to its answer.</param>
internal sealed record LoadResult(long Encounters, long Units, TimeSpan Elapsed, Latencies Latencies)
{
    /// <summary>Encounters per second.</summary>
    public double Rate => Encounters / Elapsed.TotalSeconds;
}
