using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Outreach.Server.Ledger.Stores;

/// <summary>The one connection that writes, and its prepared statements. One thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly sqlite3 db;
    private readonly List<SqliteStatement> statements = [];

    public SqliteSession(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        connection.Open();
        db = connection.Handle!;
        // A commit returns when the log is synced to disk; pages are copied from it to the file every 32 MiB.
        Execute("PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8192; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
        using var journal = new SqliteStatement(db, "PRAGMA journal_mode = WAL");
        if (!journal.Step() || journal.GetString(0) != "wal")
            throw new StoreUnavailableException($"{connection.DataSource} cannot have a write-ahead log: is it on a network drive?");
    }

    /// <summary>The connection, for statements that are run seldom.</summary>
    public SqliteConnection Connection => connection;

    public sqlite3 Db => db;

    /// <summary>A statement that lives as long as the session.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(db, sql);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Runs statements whose rows, if any, nobody wants.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(db, sql);
        if (code != raw.SQLITE_OK)
            throw SqliteNativeException.FromLastError(db, code);
    }

    /// <summary>Does something in a transaction: whole if it returns true, not at all if it returns false or throws.</summary>
    public bool RunInTransaction(Func<bool> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            var keep = work();
            Execute(keep ? "COMMIT" : "ROLLBACK");
            return keep;
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(db) == 0)
                raw.sqlite3_exec(db, "ROLLBACK");
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements)
            statement.Dispose();
        connection.Dispose();
    }
}
