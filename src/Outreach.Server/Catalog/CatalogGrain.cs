using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Catalog;
using Outreach.Server.Ledger;

namespace Outreach.Server.Catalog;

/// <inheritdoc cref="ICatalogGrain"/>
public sealed class CatalogGrain(ILedger ledger, IClock clock) : Grain, ICatalogGrain
{
    private Journal<CatalogState, CatalogEvent> journal = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(CatalogFamily.Instance, CatalogFamily.StreamId, cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => journal.CloseAsync();

    public Task<Outcome<CatalogEntry>> AddAsync(Product product) =>
        RecordAsync(product.Id, CatalogRules.Add(journal.State, product));

    public Task<Outcome<CatalogEntry>> ChangeAsync(Product wanted, ProductSettings which, long? seen) =>
        RecordAsync(wanted.Id, CatalogRules.Change(journal.State, wanted, which, seen));

    public Task<Outcome<CatalogEntry>> RetireAsync(ProductId id, long? seen) =>
        RecordAsync(id, CatalogRules.Retire(journal.State, id, seen));

    public Task SeedAsync(Product[] products) => AppendAsync(CatalogRules.Seed(journal.State, products));

    private async Task<Outcome<CatalogEntry>> RecordAsync(ProductId id, Decision<CatalogEvent> decision)
    {
        var durable = AppendAsync(decision);
        var entry = journal.State.Find(id);
        // A refusal waits too: what it is about may be on its way to the disk, and fail.
        await durable;
        return decision.Refusal is { } refusal ? refusal : entry!;
    }

    private async Task AppendAsync(Decision<CatalogEvent> decision)
    {
        try
        {
            await journal.Append(decision.Facts, clock.GetCurrentInstant());
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
        }
    }
}
