using System.Diagnostics.Metrics;

namespace Outreach.Server;

/// <summary>Every metric of the server: its name, its unit, and what it counts.</summary>
public static class Instruments
{
    /// <summary>The name to listen to.</summary>
    public const string MeterName = "Outreach";

    private static readonly Meter Meter = new(MeterName);

    private static long queuedBytes;

    public static readonly Histogram<double> CommitDuration =
        Meter.CreateHistogram<double>("outreach.ledger.commit.duration", "s", "How long a commit of the ledger took in the store.");

    public static readonly Histogram<int> CommitFacts =
        Meter.CreateHistogram<int>("outreach.ledger.commit.facts", "{fact}", "Events that one commit of the ledger made durable.");

    public static readonly Counter<long> Appends =
        Meter.CreateCounter<long>("outreach.ledger.appends", "{append}", "Appends that were made durable.");

    public static readonly Counter<long> Conflicts =
        Meter.CreateCounter<long>("outreach.ledger.conflicts", "{activation}", "Activations whose append failed because another writer appended first.");

    public static readonly Counter<long> FailedCommits =
        Meter.CreateCounter<long>("outreach.ledger.commit.failures", "{commit}", "Commits that failed, so that it is not known whether they were written.");

    public static readonly ObservableGauge<long> QueuedBytes =
        Meter.CreateObservableGauge("outreach.ledger.queue.size", () => Volatile.Read(ref queuedBytes), "By", "Bytes of appends that wait to be committed.");

    public static readonly Counter<long> RefusedCalls =
        Meter.CreateCounter<long>("outreach.access.refused", "{call}", "Calls that were refused, by reason.");

    public static readonly Counter<long> FailedAttempts =
        Meter.CreateCounter<long>("outreach.access.wrong_attempts", "{attempt}", "Sign-ins with a wrong code or refresh token.");

    public static readonly Counter<long> LimitedCalls =
        Meter.CreateCounter<long>("outreach.calls.limited", "{call}", "Calls, streams and connections beyond a limit, by limit.");

    /// <summary>Sets the number of bytes of appends that wait to be committed.</summary>
    internal static void SetQueuedBytes(long bytes) => Volatile.Write(ref queuedBytes, bytes);
}
