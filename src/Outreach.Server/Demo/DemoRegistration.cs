namespace Outreach.Server.Demo;

/// <summary>Adds the demonstration to the server.</summary>
internal static class DemoRegistration
{
    /// <summary>Add it after the other slices, because it records through them when the server has started.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services) => services
        .AddSingleton<DemoSeeder>()
        .AddHostedService(provider => provider.GetRequiredService<DemoSeeder>());
}
