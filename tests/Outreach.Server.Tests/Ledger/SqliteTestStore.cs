using Microsoft.Data.Sqlite;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A SQLite ledger in its own folder.</summary>
public sealed class SqliteTestStore : TestStore
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("outreach-ledger-").FullName;

    /// <summary>Warnings and errors of ledgers opened here.</summary>
    public LogLines Log { get; } = new();

    /// <summary>The position to go on from although later commits are lost; null for none.</summary>
    public long? AcceptLossAfter { get; set; }

    /// <summary>The files as a process that is killed now would leave them, in a place of their own.</summary>
    public SqliteTestStore Copy()
    {
        var copy = new SqliteTestStore();
        foreach (var file in Directory.GetFiles(Folder, "outreach.*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(copy.Folder, Path.GetFileName(file)));
        return copy;
    }

    /// <summary>Changes a file, while no ledger is open on it.</summary>
    public void Damage(string file, Action<FileStream> damage)
    {
        using var stream = new FileStream(Path.Combine(Folder, file), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        damage(stream);
    }

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

    internal override IStore CreateStore(ViewRegistry views) => new SqliteStore(Folder, views, AcceptLossAfter, Log);

    /// <summary>Simulates a full disk: the file cannot grow.</summary>
    internal override async Task BreakAsync(StoredLedger ledger) => await LimitAsync(ledger, 1);

    internal override async Task RepairAsync(StoredLedger ledger) => await LimitAsync(ledger, uint.MaxValue - 1);

    private static Task LimitAsync(StoredLedger ledger, long pages) => ledger.Writer.RunAsync(() =>
    {
        ((SqliteStore)ledger.Store).Session.Execute($"PRAGMA max_page_count = {pages}");
        return pages;
    });
}
