namespace Outreach.Tool.Bench;

/// <summary>One load on one server, measured.</summary>
/// <param name="Store">The store.</param>
/// <param name="Server">"product", "naive", or what a ceiling is made of.</param>
/// <param name="Shape">How it was sent.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Encounters">Encounters acknowledged; calls or rows for a ceiling.</param>
/// <param name="Seconds">How long the load took.</param>
/// <param name="SettleSeconds">How long the server and its database went on working afterwards.</param>
/// <param name="P50Milliseconds">Median time to the answer of a call or batch.</param>
/// <param name="P99Milliseconds">99th percentile of it.</param>
/// <param name="ServerMicroseconds">Processor time of the server an encounter, with what it did afterwards.</param>
/// <param name="DatabaseMicroseconds">The same of PostgreSQL's processes.</param>
/// <param name="ClientMicroseconds">The same of the load client.</param>
/// <param name="DiskBytes">Bytes that the store grew by an encounter.</param>
/// <param name="MemoryMegabytes">The server's memory after it, in 10^6 bytes.</param>
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
    /// <summary>Encounters a second while the load ran.</summary>
    public double Rate => Encounters / Seconds;
}
