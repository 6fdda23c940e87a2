using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Catalog;

/// <inheritdoc cref="ICatalogGrain"/>
public sealed class CatalogGrain(ILedger ledger, IClock clock)
    : LedgerGrain<CatalogState, CatalogEvent>(ledger, CatalogStreamDefinition.Instance, clock), ICatalogGrain
{
    protected override string StreamId => CatalogStreamDefinition.StreamId;

    public Task<Result<CatalogEntry>> AddAsync(Product product) =>
        RecordAsync(CatalogRules.Add(State, product), state => state.Find(product.Id));

    public Task<Result<CatalogEntry>> ChangeAsync(Product wanted, ProductFields which, long? seen) =>
        RecordAsync(CatalogRules.Change(State, wanted, which, seen), state => state.Find(wanted.Id));

    public Task<Result<CatalogEntry>> RetireAsync(ProductId id, long? seen) =>
        RecordAsync(CatalogRules.Retire(State, id, seen), state => state.Find(id));

    public Task SeedAsync(Product[] products) => AppendAsync(CatalogRules.Seed(State, products).Facts);
}
