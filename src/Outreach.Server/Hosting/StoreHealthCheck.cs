using Microsoft.Extensions.Diagnostics.HealthChecks;
using Outreach.Server.Ledger;

namespace Outreach.Server.Hosting;

/// <summary>
/// Healthy while the store can be read and written, no damage was found, and the server is not stopping. Commits show whether writes
/// work. If there was none for a while, or the last one failed, the check writes a placeholder. It asks the store at most once a second,
/// because anyone may call.
/// </summary>
internal sealed class StoreHealthCheck(StoredLedger ledger, IHostApplicationLifetime life, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Task<HealthCheckResult>? lastCheck;
    private long checkedAt;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return Task.FromResult(HealthCheckResult.Unhealthy("The server is stopping."));
        lock (gate)
        {
            if (lastCheck is null || (lastCheck.IsCompleted && time.GetElapsedTime(checkedAt) >= CacheDuration))
                (lastCheck, checkedAt) = (CheckStoreAsync(life.ApplicationStopping), time.GetTimestamp());
            return lastCheck.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> CheckStoreAsync(CancellationToken cancellationToken)
    {
        if (ledger.Health.Damage is not null)
            return HealthCheckResult.Unhealthy("The store is damaged.");
        try
        {
            await ReadAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Any failure is unhealthy.
        catch (Exception)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Unhealthy("The store does not answer.");
        }

        try
        {
            if (!ledger.Health.HasRecentWrite)
                await ledger.ProbeAsync().WaitAsync(WriteTimeout, time, cancellationToken);
            return HealthCheckResult.Healthy();
        }
#pragma warning disable CA1031 // Whatever it is, the store cannot be written.
        catch (Exception)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Unhealthy("Nothing can be written to the store.");
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var views = await ledger.OpenViewsAsync(cancellationToken);
        await using var query = views.CreateCommand();
        query.CommandText = "SELECT position FROM watermark";
        await query.ExecuteScalarAsync(cancellationToken);
    }
}
