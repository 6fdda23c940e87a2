using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NodaTime.Testing;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A store for tests. Ledgers can be opened on it one after another or, if the store allows, at the same time.</summary>
public abstract class TestStore : IAsyncDisposable
{
    /// <summary>The clock of the ledgers. It starts at noon on 2026-03-01.</summary>
    public FakeClock Clock { get; } = new(Instant.FromUtc(2026, 3, 1, 12, 0));

    internal abstract IStore CreateStore(ViewRegistry views);

    /// <summary>Makes further commits really fail in the middle.</summary>
    internal abstract Task BreakAsync(StoredLedger ledger);

    /// <summary>Undoes <see cref="BreakAsync"/>.</summary>
    internal abstract Task RepairAsync(StoredLedger ledger);

    /// <summary>Changes the database without the ledger's knowledge.</summary>
    public abstract void Tamper(string sql);

    /// <summary>Returns a SQL literal for bytes.</summary>
    public abstract string BytesLiteral(byte[] bytes);

    /// <summary>Returns a SQL expression that replaces text in a column of bytes.</summary>
    public abstract string ReplaceExpression(string column, string text, string replacement);

    internal async Task<StoredLedger> OpenAsync(LedgerOptions? options = null, Func<IStore, IStore>? around = null, params IStreamDefinition[] families)
    {
        if (families.Length == 0)
            families = [JarFamily.Instance];
        var views = new ViewRegistry(families);
        var store = CreateStore(views);
        var ledger = new StoredLedger(
            around is null ? store : around(store), views, families, Clock, options ?? Options, NullLogger.Instance);
        try
        {
            await ledger.StartAsync(CancellationToken.None);
            return ledger;
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    internal LedgerOptions Options { get; } = new() { DataFolder = Path.GetTempPath() };

    public abstract ValueTask DisposeAsync();
}
