using Outreach.Protocol.Encounters.V1;
using Outreach.Server.Configuration;
using Outreach.Server.Encounters.Participants;
using Outreach.Server.Encounters.Sync;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc.Messages;
using Outreach.Server.Sites;
using Outreach.Server.Stock;

namespace Outreach.Server.Encounters;

/// <summary>Adds encounters to the server, together with the stream of a site's stock.</summary>
public static class EncounterRegistration
{
    public static IServiceCollection AddEncounters(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.Read<EncounterSettings>());
        services.AddSingleton<StockStreamDefinition, EncounterStreamDefinition>();
        services.AddSingleton<IStreamDefinition>(provider => provider.GetRequiredService<StockStreamDefinition>());
        services.AddSingleton<IPromiseHandler, EncounterPromiseHandler>();
        services.AddSingleton<ProgramKeyStreamDefinition>();
        services.AddSingleton<IStreamDefinition>(provider => provider.GetRequiredService<ProgramKeyStreamDefinition>());
        services.AddSingleton<ProgramKeyLoader>();
        services.AddHostedService(provider => provider.GetRequiredService<ProgramKeyLoader>());
        services.AddSingleton(provider => new EncounterWire(provider.GetRequiredService<ProgramKeyLoader>().Hasher));
        services.AddSingleton<EncounterGrainCache>();
        services.AddSingleton<EncounterQueries>();
        services.AddSingleton<DeviceArrivals>();
        services.AddSingleton<DamagedBatchReader>();
        services.AddSingleton<IDamagedMessageReader<SyncEncountersRequest>>(provider => provider.GetRequiredService<DamagedBatchReader>());
        services.AddSingleton<SyncBatchRecorder>();
        services.AddSingleton<ISiteIdReservations, HeldRecordReservations>();
        return services;
    }

    public static void MapEncounters(this IEndpointRouteBuilder routes) => routes.MapGrpcService<EncounterService>();
}
