using Outreach.Server.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Sites;

/// <summary>Adds sites to the server.</summary>
public static class SiteRegistration
{
    public static IServiceCollection AddSites(this IServiceCollection services)
    {
        services.AddSingleton<IStreamDefinition>(SiteStreamDefinition.Instance);
        services.AddSingleton<SiteCache>();
        services.AddSingleton<ISiteCache>(provider => provider.GetRequiredService<SiteCache>());
        services.AddSingleton<ISiteOrganizations>(provider => provider.GetRequiredService<SiteCache>());
        services.AddHostedService(provider => provider.GetRequiredService<SiteCache>());
        return services;
    }

    public static void MapSites(this IEndpointRouteBuilder app) => app.MapGrpcService<SiteService>();
}
