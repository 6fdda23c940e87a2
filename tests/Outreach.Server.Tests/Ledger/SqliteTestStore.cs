using Microsoft.Data.Sqlite;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A SQLite ledger in its own folder.</summary>
public sealed class SqliteTestStore : TestStore
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("outreach-ledger-").FullName;

    public override void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "outreach.db")};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    public override string BytesLiteral(byte[] bytes) => $"x'{Convert.ToHexString(bytes)}'";

    public override string ReplaceExpression(string column, string text, string replacement) =>
        $"CAST(replace(CAST({column} AS TEXT), '{text}', '{replacement}') AS BLOB)";

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal override IStore CreateStore(ViewRegistry views) => new SqliteStore(Folder, views);

    /// <summary>Simulates a full disk: the file cannot grow.</summary>
    internal override async Task BreakAsync(StoredLedger ledger) => await LimitAsync(ledger, 1);

    internal override async Task RepairAsync(StoredLedger ledger) => await LimitAsync(ledger, uint.MaxValue - 1);

    private static Task LimitAsync(StoredLedger ledger, long pages) => ledger.Writer.RunAsync(() =>
    {
        ((SqliteStore)ledger.Store).Session.Execute($"PRAGMA max_page_count = {pages}");
        return pages;
    });
}
