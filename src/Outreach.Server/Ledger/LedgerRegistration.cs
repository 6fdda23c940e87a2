using NodaTime;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Ledger;

/// <summary>Adds the ledger to the server.</summary>
internal static class LedgerRegistration
{
    /// <summary>
    /// Adds the ledger. Call it before adding the silo: hosted services stop in reverse order, and grains append until the silo has stopped.
    /// </summary>
    /// <remarks>Also register every <see cref="IStreamDefinition"/> that has ever had streams in the store.</remarks>
    public static IServiceCollection AddLedger(this IServiceCollection services, StoreSettings settings, StoreFactory store)
    {
        services.AddSingleton(settings);
        services.AddSingleton(store);
        services.AddSingleton(provider =>
        {
            var families = provider.GetServices<IStreamDefinition>().ToArray();
            var views = new ViewRegistry(families);
            var log = provider.GetRequiredService<ILogger<StoredLedger>>();
            return new StoredLedger(
                store.CreateStore(views, log), views, families, provider.GetRequiredService<IClock>(), new LedgerOptions { DataFolder = settings.DataFolder }, log);
        });
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<StoredLedger>());
        services.AddSingleton(provider => provider.GetRequiredService<StoredLedger>().Health);
        services.AddSingleton<PromisePump>();
        services.AddSingleton<ILedgerUpkeep, LedgerUpkeep>();
        return services.AddHostedService<LedgerHostedService>();
    }
}
