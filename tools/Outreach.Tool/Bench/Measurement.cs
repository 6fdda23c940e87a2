namespace Outreach.Tool.Bench;

/// <summary>The result of one load on one server.</summary>
/// <param name="Store">The store.</param>
/// <param name="Server">"product", "naive" or "raw INSERT".</param>
/// <param name="Shape">The name of the load shape.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Encounters">The acknowledged encounters; for empty calls and raw inserts, the calls or rows.</param>
/// <param name="Seconds">The duration of the load.</param>
/// <param name="SettleSeconds">How long the server and its database worked after the load.</param>
/// <param name="P50Milliseconds">The median time from sending a call or batch to its answer.</param>
/// <param name="P99Milliseconds">The 99th percentile of that time.</param>
/// <param name="ServerMicroseconds">The server's processor time per encounter, including work after the load.</param>
/// <param name="DatabaseMicroseconds">The same for PostgreSQL's processes.</param>
/// <param name="ClientMicroseconds">The same for the load client.</param>
/// <param name="DiskBytes">The growth of the store per encounter, in bytes.</param>
/// <param name="MemoryMegabytes">The server's memory after the load, in 10^6 bytes.</param>
internal sealed record Measurement(
    string Store,
    string Server,
    string Shape,
    int Round,
    long Encounters,
    double Seconds,
    double SettleSeconds,
    double P50Milliseconds,
    double P99Milliseconds,
    double ServerMicroseconds,
    double DatabaseMicroseconds,
    double ClientMicroseconds,
    double DiskBytes,
    double MemoryMegabytes)
{
    /// <summary>Encounters per second during the load.</summary>
    public double Rate => Encounters / Seconds;
}
