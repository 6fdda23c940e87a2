using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Npgsql;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>
/// Measures how fast the store itself inserts encounters: one row each, with a prepared statement, 1,000 rows per transaction.
/// On PostgreSQL, the statements of a transaction are sent as one batch.
/// </summary>
internal static class RawInsert
{
    private const int RowsPerTransaction = 1_000;

    /// <summary>Lets the JIT compile the code and the store's files grow before anything is measured.</summary>
    private static readonly TimeSpan WarmUpDuration = TimeSpan.FromSeconds(4);

    /// <summary>Inserts rows for about <paramref name="duration"/>, after a warm-up that is counted but not measured.</summary>
    public static (long Rows, TimeSpan Elapsed, long WarmUpRows) RunOnSqlite(string file, TimeSpan duration)
    {
        using var connection = SqliteStore.Connect(file);
        using var insert = SqliteStore.Prepare(connection, SqliteStore.InsertSql, "$id", "$site", "$occurred", "$device", "$payload");
        var (warmUpRows, _) = InsertFor(WarmUpDuration);
        var (rows, elapsed) = InsertFor(duration);
        return (rows, elapsed, warmUpRows);

        (long Rows, TimeSpan Elapsed) InsertFor(TimeSpan limit)
        {
            var inserted = 0L;
            var stopwatch = Stopwatch.StartNew();
            for (; stopwatch.Elapsed < limit; inserted += RowsPerTransaction)
            {
                using var transaction = connection.BeginTransaction();
                for (var i = 0; i < RowsPerTransaction; i++)
                    SqliteStore.Insert(insert, transaction, NewEncounter());
                transaction.Commit();
            }

            return (inserted, stopwatch.Elapsed);
        }
    }

    /// <inheritdoc cref="RunOnSqlite"/>
    public static async Task<(long Rows, TimeSpan Elapsed, long WarmUpRows)> RunOnPostgresAsync(string connectionString, TimeSpan duration)
    {
        await using var source = await PostgresStore.ConnectAsync(connectionString);
        await using var connection = await source.OpenConnectionAsync();
        var (warmUpRows, _) = await InsertForAsync(WarmUpDuration);
        var (rows, elapsed) = await InsertForAsync(duration);
        return (rows, elapsed, warmUpRows);

        async Task<(long Rows, TimeSpan Elapsed)> InsertForAsync(TimeSpan limit)
        {
            var inserted = 0L;
            var stopwatch = Stopwatch.StartNew();
            for (; stopwatch.Elapsed < limit; inserted += RowsPerTransaction)
                await InsertAsync(connection);
            return (inserted, stopwatch.Elapsed);
        }
    }

    private static async Task InsertAsync(NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        for (var i = 0; i < RowsPerTransaction; i++)
        {
            var command = new NpgsqlBatchCommand(PostgresStore.InsertSql);
            command.Parameters.AddRange(PostgresStore.InsertParameters(NewEncounter()));
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static Encounter NewEncounter() => new()
    {
        EncounterId = Guid.CreateVersion7().ToString(),
        SiteId = "bench-site-1",
        OccurredAt = Timestamp.FromDateTime(DateTime.UtcNow),
        DeviceId = "bench-phone-1",
        DeviceSequence = 1,
        LocationType = LocationType.Street,
        OnBehalfOf = OnBehalfOf.Self,
        HandedOut = { new HandedOut { ProductId = "bench-nasal-spray", Units = 2 } },
    };
}
