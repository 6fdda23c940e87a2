using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NodaTime.Testing;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A place to keep a ledger, where ledgers can be opened one after the other or, where the store allows, at once.</summary>
public abstract class TestStore : IAsyncDisposable
{
    /// <summary>Noon of an ordinary day; tests move it.</summary>
    public FakeClock Clock { get; } = new(Instant.FromUtc(2026, 3, 1, 12, 0));

    internal abstract IStore CreateStore(ViewRegistry views);

    /// <summary>Makes the store's next commits fail in the middle, really.</summary>
    internal abstract Task BreakAsync(StoredLedger ledger);

    /// <summary>Ends what <see cref="BreakAsync"/> did.</summary>
    internal abstract Task RepairAsync(StoredLedger ledger);

    /// <summary>Runs SQL behind the ledger's back.</summary>
    public abstract void Tamper(string sql);

    /// <summary>SQL for bytes.</summary>
    public abstract string BytesLiteral(byte[] bytes);

    /// <summary>SQL for a column of bytes in which one text, that is in it, is replaced by another.</summary>
    public abstract string ReplaceExpression(string column, string one, string other);

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
