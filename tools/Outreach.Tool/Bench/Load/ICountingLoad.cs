namespace Outreach.Tool.Bench.Load;

/// <summary>A load that counts what was acknowledged.</summary>
internal interface ICountingLoad
{
    /// <summary>Encounters that were acknowledged, or calls.</summary>
    long Encounters { get; }

    /// <summary>Units that they handed out.</summary>
    long Units { get; }

    /// <summary>From sending to the answer.</summary>
    Latencies Latencies { get; }
}
