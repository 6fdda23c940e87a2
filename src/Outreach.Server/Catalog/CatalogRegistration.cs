using Outreach.Server.Ledger;

namespace Outreach.Server.Catalog;

/// <summary>Puts the catalogue into the server.</summary>
public static class CatalogRegistration
{
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<IFamily>(CatalogFamily.Instance);
        services.AddSingleton<ProductBook>();
        services.AddSingleton<IProductBook>(provider => provider.GetRequiredService<ProductBook>());
        services.AddHostedService(provider => provider.GetRequiredService<ProductBook>());
        services.AddHostedService<CatalogSeeding>();
        return services;
    }
}
