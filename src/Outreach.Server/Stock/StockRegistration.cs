namespace Outreach.Server.Stock;

/// <summary>Adds stock to the server. The grain and the stream of stock come with the encounters.</summary>
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
