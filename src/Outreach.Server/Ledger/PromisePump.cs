using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Handles due promises of one category. Register one for each category that makes promises.</summary>
public interface IPromiseHandler
{
    /// <summary>The category of streams whose promises it handles.</summary>
    string Category { get; }

    /// <summary>
    /// Handles a due promise. It may be called twice, and is called again at growing intervals until the stream ends the
    /// promise with <see cref="Effects.PromiseDone"/>, even if it throws.
    /// </summary>
    Task HandleAsync(string id, string kind, string key, CancellationToken cancel);
}

/// <summary>
/// Calls the handlers of due promises, at least once each and across restarts. All processes of the store share the work:
/// the next attempt is scheduled in the store before the handler is called, so that an unfinished promise comes up again.
/// </summary>
internal sealed class PromisePump(StoredLedger ledger, IEnumerable<IPromiseHandler> promiseHandlers, IClock clock, ILogger<PromisePump> log)
{
    private const int BatchSize = 100;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, IPromiseHandler> handlers = promiseHandlers.ToDictionary(h => h.Category);

    /// <summary>Runs until it is cancelled; returns without an exception.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(PollInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                while (await DispatchDueAsync(cancel) == BatchSize)
                    log.LogDebug("More promises are due than fit one batch");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server is stopping.
        }
    }

    /// <summary>Calls the handlers of one batch of promises that are due now.</summary>
    /// <returns>The number of promises in the batch.</returns>
    public async Task<int> DispatchDueAsync(CancellationToken cancel)
    {
        try
        {
            var now = clock.GetCurrentInstant().ToUnixTimeTicks();
            var due = await ledger.Writer.RunWriteAsync(() => ledger.Store.TakeDuePromises(now, BatchSize));
            await Task.WhenAll(due.Select(promise => DispatchAsync(promise, cancel)));
            return due.Count;
        }
#pragma warning disable CA1031 // The next round may succeed. If the pump ended, no promise would be handled any more.
        catch (Exception e) when (!cancel.IsCancellationRequested || e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "Due promises cannot be read now");
            return 0;
        }
    }

    private async Task DispatchAsync(DuePromise promise, CancellationToken cancel)
    {
        try
        {
            var (category, id) = StreamName.Split(promise.Stream);
            if (handlers.TryGetValue(category, out var handler))
                await handler.HandleAsync(id, promise.Kind, promise.Key, cancel);
            else
                log.LogWarning("No handler for the promise of {Stream}: {Kind}", promise.Stream, promise.Kind);
        }
#pragma warning disable CA1031 // The promise comes up again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "Handling the promise of {Stream} failed: {Kind}, after {Attempts} earlier attempts", promise.Stream, promise.Kind, promise.Attempts);
        }
    }
}
