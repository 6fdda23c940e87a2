using Microsoft.Data.Sqlite;
using Outreach.Domain.Recording;
using Outreach.Protocol.Upkeep.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Rpc;

namespace Outreach.Server.Upkeep;

/// <summary>Writes backups of the embedded store to the folder <c>backups</c> in the data folder.</summary>
internal sealed class LedgerBackup(StoredLedger ledger, TimeProvider time)
{
    /// <exception cref="RefusedException">The store is a database that has its own tools for this.</exception>
    public async Task<BackupResponse> WriteAsync()
    {
        if (ledger.Store.IsShared)
            throw new RefusedException(Refusal.FailedPrecondition("BACKUP_BY_DATABASE", "The records are in PostgreSQL: back it up with pg_dump, or with a base backup."));
        var folder = Path.Combine(Path.GetFullPath(ledger.Options.DataFolder), "backups");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"outreach-{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}.db");
        await Task.Run(() => ledger.Store.Backup(file));
        return new BackupResponse { File = file, Bytes = new FileInfo(file).Length, Facts = CountFacts(file) };
    }

    private static long CountFacts(string file)
    {
        using var backup = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        backup.Open();
        using var query = backup.CreateCommand("SELECT coalesce(sum(facts), 0) FROM segments");
        return (long)query.ExecuteScalar()!;
    }
}
