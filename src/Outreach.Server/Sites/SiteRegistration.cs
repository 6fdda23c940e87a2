namespace Outreach.Server.Sites;

/// <summary>Puts sites into the server.</summary>
public static class SiteRegistration
{
    /// <summary>Adds all but <see cref="SiteFamily"/>, which the ledger is given with the other families.</summary>
    public static IServiceCollection AddSites(this IServiceCollection services)
    {
        services.AddSingleton<SiteBook>();
        services.AddSingleton<ISiteBook>(provider => provider.GetRequiredService<SiteBook>());
        services.AddHostedService(provider => provider.GetRequiredService<SiteBook>());
        return services;
    }
}
