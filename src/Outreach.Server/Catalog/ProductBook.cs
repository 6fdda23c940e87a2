using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Server.Ledger;

namespace Outreach.Server.Catalog;

/// <inheritdoc cref="IProductBook"/>
internal sealed class ProductBook(ILedger ledger, ILogger<ProductBook> log)
    : Book<Product>(ledger, "catalog/", CatalogRules.MaxProducts, log), IProductBook
{
    private readonly ILedger ledger = ledger;

    protected override async Task<Product?> ReadAsync(string id, CancellationToken cancel) =>
        ChosenId.IsValid(id) ? (await CatalogView.FindAsync(ledger, id, cancel))?.Product : null;

    protected override async Task<IReadOnlyList<string>> ChangedAsync(CommittedAppend append, CancellationToken cancel)
    {
        var last = append.FirstVersion + append.Count - 1;
        return await ledger.ReadAsync(CatalogFamily.Instance, CatalogFamily.StreamId, append.FirstVersion, last, cancel)
            .Select(recorded => recorded.Fact.Product.Id.Value)
            .ToListAsync(cancel);
    }
}
