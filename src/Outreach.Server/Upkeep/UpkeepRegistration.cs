namespace Outreach.Server.Upkeep;

/// <summary>Adds the operator's calls to the server.</summary>
internal static class UpkeepRegistration
{
    public static IServiceCollection AddUpkeep(this IServiceCollection services)
    {
        services.AddSingleton<LedgerBackup>();
        // One instance for all calls, because it remembers whether a check is running.
        return services.AddSingleton<UpkeepService>();
    }

    public static void MapUpkeep(this IEndpointRouteBuilder app) => app.MapGrpcService<UpkeepService>();
}
