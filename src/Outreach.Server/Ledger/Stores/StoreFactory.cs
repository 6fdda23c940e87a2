using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Gives access to the store that the settings choose. Nothing else knows which one that is.</summary>
internal abstract class StoreFactory
{
    /// <summary>The store in a sentence for operators, without secrets.</summary>
    public abstract string Description { get; }

    /// <summary>The connection string of the database that the servers of a cluster share; null where one server has the store to itself.</summary>
    public virtual string? ClusterDatabase => null;

    /// <summary>The factory for the store in the settings.</summary>
    public static StoreFactory Create(StoreSettings settings) =>
        settings.Postgres.Length > 0 ? new PostgresStoreFactory(settings.Postgres) : new SqliteStoreFactory(settings.DataFolder, settings.AcceptedLossPosition);

    public abstract IStore CreateStore(ViewRegistry views, ILogger log);

    /// <summary>A connection, not yet open, for tables beside the ledger's.</summary>
    public abstract DbConnection CreateConnection();

    private sealed class SqliteStoreFactory(string folder, long? acceptLossAfter) : StoreFactory
    {
        public override string Description => $"SQLite in {folder}";

        public override IStore CreateStore(ViewRegistry views, ILogger log) => new SqliteStore(folder, views, acceptLossAfter, log);

        public override DbConnection CreateConnection() =>
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = SqliteStore.GetFilePath(folder), Pooling = false }.ToString());
    }

    private sealed class PostgresStoreFactory(string connectionString) : StoreFactory
    {
        public override string Description
        {
            get
            {
                var postgres = new NpgsqlConnectionStringBuilder(connectionString);
                return $"PostgreSQL, {postgres.Database} on {postgres.Host}:{postgres.Port}";
            }
        }

        public override string ClusterDatabase => connectionString;

        public override IStore CreateStore(ViewRegistry views, ILogger log) => new PostgresStore(connectionString, views);

        public override DbConnection CreateConnection() => new NpgsqlConnection(connectionString);
    }
}
