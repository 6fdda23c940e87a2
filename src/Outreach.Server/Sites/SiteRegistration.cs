using Outreach.Server.Ledger;

namespace Outreach.Server.Sites;

/// <summary>Puts sites into the server.</summary>
public static class SiteRegistration
{
    public static IServiceCollection AddSites(this IServiceCollection services)
    {
        services.AddSingleton<IFamily>(SiteFamily.Instance);
        services.AddSingleton<SiteBook>();
        services.AddSingleton<ISiteBook>(provider => provider.GetRequiredService<SiteBook>());
        services.AddHostedService(provider => provider.GetRequiredService<SiteBook>());
        return services;
    }
}
