using NodaTime;
using Orleans.Concurrency;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Ledger;

namespace Outreach.Server.Catalog;

/// <summary>The single writer of the catalog; its key is <see cref="CatalogStreamDefinition.StreamId"/>. It returns when everything is durable.</summary>
[Alias("outreach.catalog")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="CatalogRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<Versioned<Product>>> AddAsync(Product product);

    /// <inheritdoc cref="CatalogRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<Versioned<Product>>> ChangeAsync(SettingsUpdate<Product> update);

    /// <inheritdoc cref="CatalogRules.Retire"/>
    [Alias("retire"), AlwaysInterleave]
    Task<Result<Versioned<Product>>> RetireAsync(ProductId id, long? expectedVersion);

    /// <inheritdoc cref="CatalogRules.Seed"/>
    [Alias("seed"), AlwaysInterleave]
    Task SeedAsync(Product[] products);
}

/// <inheritdoc cref="ICatalogGrain"/>
public sealed class CatalogGrain(ILedger ledger, IClock clock)
    : LedgerGrain<CatalogState, CatalogEvent>(ledger, CatalogStreamDefinition.Instance, clock), ICatalogGrain
{
    protected override string StreamId => CatalogStreamDefinition.StreamId;

    public Task<Result<Versioned<Product>>> AddAsync(Product product) => RecordAsync(CatalogRules.Add(State, product), product.Id);

    public Task<Result<Versioned<Product>>> ChangeAsync(SettingsUpdate<Product> update) => RecordAsync(
        CatalogRules.Change(State, update.Value.Id, product => ProductFields.All.Merge(product, update), update.ExpectedVersion), update.Value.Id);

    public Task<Result<Versioned<Product>>> RetireAsync(ProductId id, long? expectedVersion) => RecordAsync(CatalogRules.Retire(State, id, expectedVersion), id);

    public Task SeedAsync(Product[] products) => AppendAsync(CatalogRules.Seed(State, products).Facts);

    private Task<Result<Versioned<Product>>> RecordAsync(Decision<CatalogEvent> decision, ProductId id) =>
        RecordAsync(decision, state => state.GetSettings(id).Current);
}
