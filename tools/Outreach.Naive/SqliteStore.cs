using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>Uses one connection behind a lock, because SQLite has a single writer. Statements are prepared once.</summary>
internal sealed class SqliteStore : INaiveStore, IDisposable
{
    public const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS encounters(
            encounter_id TEXT PRIMARY KEY, site_id TEXT NOT NULL, occurred_at INTEGER NOT NULL, device_id TEXT NOT NULL, payload BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS stock(
            site_id TEXT NOT NULL, product_id TEXT NOT NULL, received INTEGER NOT NULL, on_hand INTEGER NOT NULL, PRIMARY KEY (site_id, product_id));
        """;

    public const string InsertSql = "INSERT INTO encounters VALUES ($id, $site, $occurred, $device, $payload) ON CONFLICT DO NOTHING";

    private readonly SemaphoreSlim _lock = new(1);
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _deduct;
    private readonly SqliteCommand _receive;

    private SqliteStore(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Prepare(connection, InsertSql, "$id", "$site", "$occurred", "$device", "$payload");
        _deduct = Prepare(
            connection,
            "UPDATE stock SET on_hand = on_hand - $units WHERE site_id = $site AND product_id = $product",
            "$units", "$site", "$product");
        _receive = Prepare(
            connection,
            "INSERT INTO stock VALUES ($site, $product, $units, $units) ON CONFLICT DO UPDATE SET received = received + $units, on_hand = on_hand + $units",
            "$site", "$product", "$units");
    }

    public static INaiveStore Open(string file) => new SqliteStore(Connect(file));

    public static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        using var schema = connection.CreateCommand();
        schema.CommandText = Schema;
        schema.ExecuteNonQuery();
        return connection;
    }

    public static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter(name, value: null));
        command.Prepare();
        return command;
    }

    public static bool Insert(SqliteCommand insert, SqliteTransaction transaction, Encounter encounter)
    {
        insert.Transaction = transaction;
        insert.Parameters[0].Value = encounter.EncounterId;
        insert.Parameters[1].Value = encounter.SiteId;
        insert.Parameters[2].Value = encounter.OccurredAt.Seconds;
        insert.Parameters[3].Value = encounter.DeviceId;
        insert.Parameters[4].Value = encounter.ToByteArray();
        return insert.ExecuteNonQuery() == 1;
    }

    public async Task<bool> LogAsync(Encounter encounter)
    {
        await _lock.WaitAsync();
        try
        {
            using var transaction = _connection.BeginTransaction();
            if (!Insert(_insert, transaction, encounter))
                return false;
            foreach (var line in encounter.HandedOut)
                DeductFromStock(transaction, encounter.SiteId, line);
            transaction.Commit();
            return true;
        }
        finally
        {
            _lock.Release();
        }
    }

    public async Task ReceiveAsync(string siteId, string productId, int units)
    {
        await _lock.WaitAsync();
        try
        {
            _receive.Transaction = null;
            _receive.Parameters[0].Value = siteId;
            _receive.Parameters[1].Value = productId;
            _receive.Parameters[2].Value = units;
            _receive.ExecuteNonQuery();
        }
        finally
        {
            _lock.Release();
        }
    }

    public async Task<(long Encounters, long Units)> CountAsync()
    {
        await _lock.WaitAsync();
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT (SELECT count(*) FROM encounters), (SELECT coalesce(sum(received - on_hand), 0) FROM stock)";
            using var reader = command.ExecuteReader();
            reader.Read();
            return (reader.GetInt64(0), reader.GetInt64(1));
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _deduct.Dispose();
        _receive.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    private void DeductFromStock(SqliteTransaction transaction, string siteId, HandedOut line)
    {
        _deduct.Transaction = transaction;
        _deduct.Parameters[0].Value = line.Units;
        _deduct.Parameters[1].Value = siteId;
        _deduct.Parameters[2].Value = line.ProductId;
        _deduct.ExecuteNonQuery();
    }
}
