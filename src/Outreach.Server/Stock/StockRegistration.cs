using Outreach.Server.Configuration;
using Outreach.Server.Encounters;
using Outreach.Server.Ledger;
using Outreach.Server.Sites;

namespace Outreach.Server.Stock;

/// <summary>Puts stock and encounters into the server.</summary>
public static class StockRegistration
{
    public static IServiceCollection AddStock(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.Read<EncounterSettings>());
        services.AddSingleton<StockStreamDefinition>();
        services.AddSingleton<IStreamDefinition>(provider => provider.GetRequiredService<StockStreamDefinition>());
        services.AddSingleton<IPromiseHandler, StockPromiseKeeper>();
        services.AddSingleton<ProgramKeyStreamDefinition>();
        services.AddSingleton<IStreamDefinition>(provider => provider.GetRequiredService<ProgramKeyStreamDefinition>());
        services.AddSingleton<ProgramKeyLoader>();
        services.AddHostedService(provider => provider.GetRequiredService<ProgramKeyLoader>());
        services.AddSingleton(provider => new StockWire(provider.GetRequiredService<ProgramKeyLoader>().Hasher));
        services.AddSingleton<StockGrains>();
        services.AddSingleton<DeviceArrivals>();
        services.AddSingleton<EncounterQueries>();
        services.AddSingleton<ISiteIdReservations, HeldRecordReservations>();
        services.AddSingleton<SyncSession>();
        services.AddSingleton<StockHub>();
        services.AddHostedService(provider => provider.GetRequiredService<StockHub>());
        return services;
    }

    public static void MapStock(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<Encounters.EncounterService>();
        app.MapGrpcService<StockService>();
    }
}
