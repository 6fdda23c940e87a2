using System.Diagnostics;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>Logs the progress of the refill that a start waits for, every five seconds.</summary>
internal sealed partial class RebuildProgressLog(ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly long started = Stopwatch.GetTimestamp();
    private TimeSpan loggedAt;
    private long loggedFacts;

    public void Begin(ReplayScope scope) =>
        LogBegin(string.Join(", ", scope.Views.Select(v => v.Name).Order().Concat(scope.IncludesIndex ? ["index", "promises"] : Array.Empty<string>())));

    public void Report(RebuildProgress progress)
    {
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (elapsed - loggedAt < Interval)
            return;
        // The rate since the last report: the first seconds are slower than the rest.
        var rate = Math.Max(1, (progress.FactsReplayed - loggedFacts) / (elapsed - loggedAt).TotalSeconds);
        var left = TimeSpan.FromSeconds(Math.Ceiling((progress.FactsTotal - progress.FactsReplayed) / rate));
        LogProgress(progress.FactsReplayed, progress.FactsTotal, rate, left);
        (loggedAt, loggedFacts) = (elapsed, progress.FactsReplayed);
    }

    public void End() => LogEnd(Stopwatch.GetElapsedTime(started).TotalSeconds);

    [LoggerMessage(LogLevel.Information, "Refilling from the ledger, because the declarations changed since the last start: {Names}.")]
    private partial void LogBegin(string names);

    [LoggerMessage(LogLevel.Information, "Refill: {Done:N0} of {Total:N0} events, {Rate:N0} per second, {Left} left.")]
    private partial void LogProgress(long done, long total, double rate, TimeSpan left);

    [LoggerMessage(LogLevel.Information, "The refill is complete after {Seconds:N1} seconds.")]
    private partial void LogEnd(double seconds);
}
