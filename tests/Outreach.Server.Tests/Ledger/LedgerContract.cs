using NodaTime;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Tests.Ledger;

/// <summary>The base of ledger tests that run on every store. Each test has its own store.</summary>
public abstract class LedgerContract : IAsyncLifetime
{
    private TestStore? store;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected TestStore Store => store!;

    protected Instant Now => Store.Clock.GetCurrentInstant();

    public async ValueTask InitializeAsync() => store = await CreateStoreAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask<TestStore> CreateStoreAsync();

    private protected static JarFact.BeadsAdded Beads(int beads, Guid? id = null, Instant? at = null) =>
        new(id ?? Guid.CreateVersion7(), beads, at ?? Instant.FromUtc(2026, 2, 1, 10, 0));

    private protected static Task<Journal<Jar, JarFact>> OpenJarAsync(StoredLedger ledger, string id = "one") =>
        ledger.OpenAsync(JarFamily.Instance, id, Cancel);

    private protected static async Task<List<RecordedFact<JarFact>>> ReadAllAsync(StoredLedger ledger, string id = "one") =>
        await ledger.ReadAsync(JarFamily.Instance, id, 1, long.MaxValue, Cancel).ToListAsync(Cancel);

    /// <summary>Verifies the ledger and returns the findings.</summary>
    private protected static async Task<List<string>> VerifyAsync(StoredLedger ledger) =>
        await new LedgerUpkeep(ledger).VerifyAsync(Cancel).Where(step => step.Finding is not null).Select(step => step.Finding!).ToListAsync(Cancel);

    /// <summary>Returns the rows of a query, with columns separated by bars.</summary>
    private protected static async Task<List<string>> RowsAsync(StoredLedger ledger, string sql)
    {
        await using var views = await ledger.OpenViewsAsync(Cancel);
        await using var query = views.CreateCommand(sql);
        await using var rows = await query.ExecuteReaderAsync(Cancel);
        var all = new List<string>();
        while (await rows.ReadAsync(Cancel))
            all.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(rows.GetValue)));
        return all;
    }
}
