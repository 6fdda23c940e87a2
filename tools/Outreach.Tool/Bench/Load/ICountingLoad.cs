namespace Outreach.Tool.Bench.Load;

/// <summary>A load that counts acknowledged encounters.</summary>
internal interface ICountingLoad
{
    /// <summary>The acknowledged encounters, or the calls if the load sends no encounters.</summary>
    long Encounters { get; }

    /// <summary>The units handed out by these encounters.</summary>
    long Units { get; }

    /// <summary>The times from sending to the answer.</summary>
    Latencies Latencies { get; }
}
