using Outreach.Domain.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Catalog;

/// <summary>Finds products, usually without a query. A product that was added on any node is found at once.</summary>
public interface IProductCache
{
    /// <summary>The product with an id; null if there is none. Its settings may be some seconds old.</summary>
    ValueTask<Product?> FindAsync(string productId, CancellationToken cancel);
}

/// <inheritdoc cref="IProductCache"/>
internal sealed class ProductCache(ILedger ledger, ILogger<ProductCache> log)
    : SettingsCache<Product>(ledger, "catalog/", CatalogRules.MaxProducts, log), IProductCache
{
    private readonly ILedger ledger = ledger;

    protected override async Task<Product?> LoadAsync(string id, CancellationToken cancel) =>
        (await CatalogStreamDefinition.Products.FindAsync(ledger, id, cancel))?.Value;

    protected override async Task<IReadOnlyList<string>> GetChangedIdsAsync(CommittedAppend append, CancellationToken cancel)
    {
        var last = append.FirstVersion + append.Count - 1;
        return await ledger.ReadAsync(CatalogStreamDefinition.Instance, CatalogStreamDefinition.StreamId, append.FirstVersion, last, cancel)
            .Select(recorded => recorded.Fact.Product.Id.Value)
            .ToListAsync(cancel);
    }
}
