namespace Outreach.Server.Ledger;

/// <summary>
/// Opens the ledger when the server starts, and tells of promises from when all has started until it begins to stop. The
/// ledger is closed when the server's services are disposed, after all else.
/// </summary>
internal sealed class LedgerLife(StoredLedger ledger, PromisePump pump, ILogger<LedgerLife> log) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task pumping = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.StartAsync(cancellationToken);
        log.LogInformation("The ledger is {Store}, at position {Position}", ledger.Store.Description, ledger.Position);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        pumping = pump.RunAsync(stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await pumping;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stopping.Dispose();
}
