using Google.Protobuf;
using Npgsql;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>Uses pooled connections, prepared statements and one transaction per request.</summary>
internal sealed class PostgresStore : INaiveStore, IAsyncDisposable
{
    public const string InsertSql = "INSERT INTO encounters VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS encounters(
            encounter_id uuid PRIMARY KEY, site_id text NOT NULL, occurred_at timestamptz NOT NULL, device_id text NOT NULL, payload bytea NOT NULL);
        CREATE TABLE IF NOT EXISTS stock(
            site_id text NOT NULL, product_id text NOT NULL, received bigint NOT NULL, on_hand bigint NOT NULL, PRIMARY KEY (site_id, product_id));
        """;

    private readonly NpgsqlDataSource _source;

    private PostgresStore(NpgsqlDataSource source) => _source = source;

    public static async Task<INaiveStore> OpenAsync(string connectionString) => new PostgresStore(await ConnectAsync(connectionString));

    public static async Task<NpgsqlDataSource> ConnectAsync(string connectionString)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 20, MaxPoolSize = 20 });
        await using var schema = source.CreateCommand(Schema);
        await schema.ExecuteNonQueryAsync();
        return source;
    }

    public static NpgsqlParameter[] InsertParameters(Encounter encounter) =>
    [
        new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(encounter.EncounterId) },
        new NpgsqlParameter<string> { TypedValue = encounter.SiteId },
        new NpgsqlParameter<DateTime> { TypedValue = encounter.OccurredAt.ToDateTime() },
        new NpgsqlParameter<string> { TypedValue = encounter.DeviceId },
        new NpgsqlParameter<byte[]> { TypedValue = encounter.ToByteArray() },
    ];

    public async Task<bool> LogAsync(Encounter encounter)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand(InsertSql, connection, transaction);
        insert.Parameters.AddRange(InsertParameters(encounter));
        if (await insert.ExecuteNonQueryAsync() == 0)
            return false;
        // A fixed order of rows prevents deadlocks between requests.
        foreach (var line in encounter.HandedOut.OrderBy(line => line.ProductId, StringComparer.Ordinal))
            await DeductFromStockAsync(connection, transaction, encounter.SiteId, line);
        await transaction.CommitAsync();
        return true;
    }

    public async Task ReceiveAsync(string siteId, string productId, int units)
    {
        await using var command = _source.CreateCommand(
            "INSERT INTO stock AS s VALUES ($1, $2, $3, $3) ON CONFLICT (site_id, product_id) DO UPDATE SET received = s.received + $3, on_hand = s.on_hand + $3");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = siteId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = units });
        await command.ExecuteNonQueryAsync();
    }

    public async Task<(long Encounters, long Units)> CountAsync()
    {
        await using var command = _source.CreateCommand(
            "SELECT (SELECT count(*) FROM encounters), (SELECT coalesce(sum(received - on_hand), 0)::bigint FROM stock)");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static async Task DeductFromStockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string siteId, HandedOut line)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE stock SET on_hand = on_hand - $1 WHERE site_id = $2 AND product_id = $3", connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = line.Units });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = siteId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = line.ProductId });
        await command.ExecuteNonQueryAsync();
    }
}
