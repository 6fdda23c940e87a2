using System.Text.Json;
using Outreach.Domain.Catalog;

namespace Outreach.Server.Catalog;

/// <summary>Fills an empty catalog with the default products when the server starts. A catalog that ever had a product is left as it is.</summary>
internal sealed class CatalogSeeder(IGrainFactory grains) : IHostedLifecycleService
{
    private const string Resource = "default-catalogue.json";

    /// <summary>The default products, from the file beside this one.</summary>
    public static Product[] LoadDefaultProducts()
    {
        using var file = typeof(CatalogSeeder).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The server was built without {Resource}.");
        return JsonSerializer.Deserialize(file, CatalogJson.Products)!;
    }

    /// <summary>Seeds once grains can be called.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) =>
        grains.GetGrain<ICatalogGrain>(CatalogStreamDefinition.StreamId).SeedAsync(LoadDefaultProducts());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
