using Microsoft.Extensions.Diagnostics.HealthChecks;
using Outreach.Server.Ledger;

namespace Outreach.Server.Hosting;

/// <summary>Ready while the store answers and the server is not stopping.</summary>
internal sealed class StoreHealth(ILedger ledger, IHostApplicationLifetime life) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return HealthCheckResult.Unhealthy("The server is stopping.");
        try
        {
            await using var views = await ledger.OpenViewsAsync(cancellationToken);
            await using var query = views.CreateCommand();
            query.CommandText = "SELECT 1";
            await query.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The store does not answer.");
        }
    }
}
