using Outreach.Server.Ledger;

namespace Outreach.Server.Stock;

/// <summary>Puts stock and encounters into the server.</summary>
public static class StockRegistration
{
    public static IServiceCollection AddStock(this IServiceCollection services)
    {
        services.AddSingleton<StockFamily>();
        services.AddSingleton<IFamily>(provider => provider.GetRequiredService<StockFamily>());
        services.AddSingleton<IPromiseKeeper, StockPromises>();
        services.AddSingleton<KeyFamily>();
        services.AddSingleton<IFamily>(provider => provider.GetRequiredService<KeyFamily>());
        services.AddSingleton<ProgramKey>();
        services.AddHostedService(provider => provider.GetRequiredService<ProgramKey>());
        services.AddSingleton(provider => new StockWire(provider.GetRequiredService<ProgramKey>().Keys));
        services.AddSingleton<StockKeepers>();
        services.AddSingleton<DeviceArrivals>();
        services.AddSingleton<EncounterView>();
        services.AddSingleton<Syncing>();
        services.AddSingleton<StockWatches>();
        services.AddHostedService(provider => provider.GetRequiredService<StockWatches>());
        return services;
    }
}
