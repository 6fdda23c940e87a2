using NodaTime;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Ledger;

/// <summary>Adds the ledger to the server.</summary>
public static class LedgerRegistration
{
    /// <summary>
    /// Adds the ledger with everything that is kept in it. Add it before the silo: what starts first stops last, and grains
    /// append until they are gone.
    /// </summary>
    /// <remarks>Every <see cref="IStreamDefinition"/> whose streams are or ever were in the store must be registered too.</remarks>
    public static IServiceCollection AddLedger(this IServiceCollection services, LedgerOptions options)
    {
        services.AddSingleton(provider =>
        {
            var families = provider.GetServices<IStreamDefinition>().ToArray();
            var views = new ViewRegistry(families);
            var log = provider.GetRequiredService<ILogger<StoredLedger>>();
            return new StoredLedger(CreateStore(options, views, log), views, families, provider.GetRequiredService<IClock>(), options, log);
        });
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<StoredLedger>());
        services.AddSingleton(provider => provider.GetRequiredService<StoredLedger>().Health);
        services.AddSingleton<PromisePump>();
        services.AddSingleton<ILedgerUpkeep, LedgerUpkeep>();
        services.AddSingleton<LedgerBackup>();
        // One for all calls: it knows whether a check is running.
        services.AddSingleton<LedgerService>();
        return services.AddHostedService<LedgerHostedService>();
    }

    private static IStore CreateStore(LedgerOptions options, ViewRegistry views, ILogger log) => options.PostgresConnectionString is { } postgres
        ? new PostgresStore(postgres, views)
        : new SqliteStore(options.DataFolder, views, options.AcceptLossAfter, log);
}
