namespace Outreach.Server.Catalog;

/// <summary>Puts the catalogue into the server.</summary>
public static class CatalogRegistration
{
    /// <summary>Adds all but <see cref="CatalogFamily"/>, which the ledger is given with the other families.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<ProductBook>();
        services.AddSingleton<IProductBook>(provider => provider.GetRequiredService<ProductBook>());
        services.AddHostedService(provider => provider.GetRequiredService<ProductBook>());
        services.AddHostedService<CatalogSeeding>();
        return services;
    }
}
