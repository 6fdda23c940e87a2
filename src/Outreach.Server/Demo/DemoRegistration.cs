namespace Outreach.Server.Demo;

/// <summary>Adds the demonstration to the server.</summary>
internal static class DemoRegistration
{
    /// <summary>Call it after adding the other slices, because the demonstration records through them when the server has started.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services) => services
        .AddSingleton<DemoSeeder>()
        .AddHostedService(provider => provider.GetRequiredService<DemoSeeder>());
}
