namespace Outreach.Server.Ledger;

/// <summary>
/// Opens the ledger when the server starts, and runs the promise pump from when all services have started until the server
/// begins to stop. The ledger itself is closed last, when the server's services are disposed.
/// </summary>
internal sealed class LedgerHostedService(StoredLedger ledger, PromisePump pump, ILogger<LedgerHostedService> log) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.StartAsync(cancellationToken);
        log.LogInformation("The ledger is {Store}, at position {Position}", ledger.Store.Description, ledger.Position);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        running = pump.RunAsync(stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stopping.Dispose();
}
