namespace Outreach.Server.Stock;

/// <summary>Adds stock to the server. The encounters slice adds the grain and the stream of stock.</summary>
public static class StockRegistration
{
    public static IServiceCollection AddStock(this IServiceCollection services)
    {
        services.AddSingleton<StockHub>();
        services.AddHostedService(provider => provider.GetRequiredService<StockHub>());
        return services;
    }

    public static void MapStock(this IEndpointRouteBuilder routes) => routes.MapGrpcService<StockService>();
}
