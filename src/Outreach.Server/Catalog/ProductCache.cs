using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Catalog;

/// <inheritdoc cref="IProductCache"/>
internal sealed class ProductCache(ILedger ledger, ILogger<ProductCache> log)
    : SettingsCache<Product>(ledger, "catalog/", CatalogRules.MaxProducts, log), IProductCache
{
    private readonly ILedger ledger = ledger;

    protected override async Task<Product?> LoadAsync(string id, CancellationToken cancel) =>
        Slug.IsValid(id) ? (await CatalogQueries.FindAsync(ledger, id, cancel))?.Product : null;

    protected override async Task<IReadOnlyList<string>> GetChangedIdsAsync(CommittedAppend append, CancellationToken cancel)
    {
        var last = append.FirstVersion + append.Count - 1;
        return await ledger.ReadAsync(CatalogStreamDefinition.Instance, CatalogStreamDefinition.StreamId, append.FirstVersion, last, cancel)
            .Select(recorded => recorded.Fact.Product.Id.Value)
            .ToListAsync(cancel);
    }
}
