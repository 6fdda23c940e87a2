using Outreach.Server.Ledger;

namespace Outreach.Server.Catalog;

/// <summary>Adds the catalog to the server.</summary>
public static class CatalogRegistration
{
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<IStreamDefinition>(CatalogStreamDefinition.Instance);
        services.AddSingleton<ProductCache>();
        services.AddSingleton<IProductCache>(provider => provider.GetRequiredService<ProductCache>());
        services.AddHostedService(provider => provider.GetRequiredService<ProductCache>());
        services.AddHostedService<CatalogSeeder>();
        return services;
    }

    public static void MapCatalog(this IEndpointRouteBuilder app) => app.MapGrpcService<CatalogService>();
}
