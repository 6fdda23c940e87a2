namespace Outreach.Tool.Bench.Load;

/// <summary>What a load was told.</summary>
/// <param name="Encounters">Encounters that were acknowledged; calls, where a load sends none.</param>
/// <param name="Units">Units that they handed out.</param>
/// <param name="Elapsed">From the first call to the last answer.</param>
/// <param name="Latencies">From sending a call or batch to its answer.</param>
internal sealed record LoadResult(long Encounters, long Units, TimeSpan Elapsed, Latencies Latencies)
{
    /// <summary>Encounters a second.</summary>
    public double Rate => Encounters / Elapsed.TotalSeconds;
}
