namespace Outreach.Server.Reports;

/// <summary>Adds reports to the server.</summary>
internal static class ReportsRegistration
{
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddGrpc().AddServiceOptions<OverviewService>(options => options.ResponseCompressionAlgorithm = "gzip");
        return services
            .AddSingleton<OverviewHub>()
            .AddHostedService(provider => provider.GetRequiredService<OverviewHub>());
    }

    public static void MapReports(this IEndpointRouteBuilder app) => app.MapGrpcService<OverviewService>();
}
