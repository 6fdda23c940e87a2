using System.Diagnostics;

namespace Outreach.Server.Ledger;

/// <summary>What the last writes and reads showed of the store. Any thread.</summary>
public sealed class StoreHealth
{
    private static readonly TimeSpan WriteValidity = TimeSpan.FromSeconds(10);

    private long lastWriteAt;
    private string? damage;

    /// <summary>The damage that was met first since the start; null for none. Only a restart, after a restore, ends it.</summary>
    public string? Damage => Volatile.Read(ref damage);

    /// <summary>Whether the last write succeeded, not long ago.</summary>
    public bool HasRecentWrite => Volatile.Read(ref lastWriteAt) is var at and not 0 && Stopwatch.GetElapsedTime(at) < WriteValidity;

    /// <summary>Notes that something was written durably.</summary>
    public void ReportWrite() => Volatile.Write(ref lastWriteAt, Stopwatch.GetTimestamp());

    /// <summary>Notes that a write failed, or that what was read is damaged.</summary>
    public void ReportFailure(Exception failed)
    {
        Volatile.Write(ref lastWriteAt, 0);
        if (failed is StoreDamagedException)
            Interlocked.CompareExchange(ref damage, failed.Message, null);
    }
}
