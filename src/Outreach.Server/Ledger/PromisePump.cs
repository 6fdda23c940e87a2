using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>Wakes what promised something, family by family. Register one for each family that promises.</summary>
public interface IPromiseHandler
{
    /// <summary>The family whose promises it keeps.</summary>
    string Category { get; }

    /// <summary>
    /// Something is due. It may be told twice, and is told again, less and less often, until the stream says that it is
    /// kept; throwing changes nothing about that.
    /// </summary>
    Task HandleAsync(string id, string kind, string key, CancellationToken cancel);
}

/// <summary>
/// Tells of promises that are due: at least once, across restarts, shared among all processes of the store, because a
/// promise is put off in the store before it is told of, and comes back if nothing came of it.
/// </summary>
internal sealed class PromisePump(StoredLedger ledger, IEnumerable<IPromiseHandler> keepers, IClock clock, ILogger<PromisePump> log)
{
    private const int BatchSize = 100;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, IPromiseHandler> handlers = keepers.ToDictionary(k => k.Category);

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(PollInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                while (await DispatchDueAsync(cancel) == BatchSize)
                    log.LogDebug("More promises are due than are told of at once");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Tells of what is due now.</summary>
    /// <returns>Of how many promises.</returns>
    public async Task<int> DispatchDueAsync(CancellationToken cancel)
    {
        try
        {
            var now = clock.GetCurrentInstant().ToUnixTimeTicks();
            var due = await ledger.Writer.RunWriteAsync(() => ledger.Store.TakeDuePromises(now, BatchSize));
            await Task.WhenAll(due.Select(promise => DispatchAsync(promise, cancel)));
            return due.Count;
        }
#pragma warning disable CA1031 // The next round may succeed, and without the pump nothing would be told of again.
        catch (Exception e) when (!cancel.IsCancellationRequested || e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "What is due cannot be read now");
            return 0;
        }
    }

    private async Task DispatchAsync(DuePromise promise, CancellationToken cancel)
    {
        try
        {
            var (family, id) = StreamName.Split(promise.Stream);
            if (handlers.TryGetValue(family, out var keeper))
                await keeper.HandleAsync(id, promise.Kind, promise.Key, cancel);
            else
                log.LogWarning("Nobody keeps what {Stream} promised: {Kind}", promise.Stream, promise.Kind);
        }
#pragma warning disable CA1031 // It is told of again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "Waking {Stream} for {Kind} failed after {Attempts} attempts before", promise.Stream, promise.Kind, promise.Attempts);
        }
    }
}
