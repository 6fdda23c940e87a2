using Microsoft.Extensions.Diagnostics.HealthChecks;
using Outreach.Server.Ledger;

namespace Outreach.Server.Hosting;

/// <summary>Healthy while the store answers and the server is not stopping. The store is queried once a second at most, because anyone may call.</summary>
internal sealed class StoreHealthCheck(ILedger ledger, IHostApplicationLifetime life, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(1);

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
        try
        {
            await using var views = await ledger.OpenViewsAsync(cancellationToken);
            await using var query = views.CreateCommand();
            query.CommandText = "SELECT 1";
            await query.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
#pragma warning disable CA1031 // Any failure is unhealthy.
        catch (Exception)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Unhealthy("The store does not answer.");
        }
    }
}
