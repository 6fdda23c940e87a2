namespace Outreach.Server.Upkeep;

/// <summary>Adds the operator's calls to the server.</summary>
internal static class UpkeepRegistration
{
    /// <summary>One instance for all calls, because it remembers whether a check is running.</summary>
    public static IServiceCollection AddUpkeep(this IServiceCollection services) => services.AddSingleton<UpkeepService>();

    public static void MapUpkeep(this IEndpointRouteBuilder app) => app.MapGrpcService<UpkeepService>();
}
