using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Npgsql;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Naive;

/// <summary>
/// What the store takes when nothing stands before it: encounters inserted one row each, prepared, 1,000 a transaction.
/// On PostgreSQL the 1,000 statements of a transaction travel together.
/// </summary>
internal static class RawInsert
{
    private const int RowsPerTransaction = 1_000;

    /// <summary>Inserts for about <paramref name="length"/>.</summary>
    public static (long Rows, TimeSpan Elapsed) IntoSqlite(string file, TimeSpan length)
    {
        using var connection = SqliteStore.Connect(file);
        using var insert = SqliteStore.Prepare(connection, SqliteStore.InsertSql, "$id", "$site", "$occurred", "$device", "$payload");
        var rows = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < length)
        {
            using var transaction = connection.BeginTransaction();
            for (var i = 0; i < RowsPerTransaction; i++)
                SqliteStore.Insert(insert, transaction, Next());
            transaction.Commit();
            rows += RowsPerTransaction;
        }

        return (rows, watch.Elapsed);
    }

    /// <inheritdoc cref="IntoSqlite"/>
    public static async Task<(long Rows, TimeSpan Elapsed)> IntoPostgresAsync(string connectionString, TimeSpan length)
    {
        await using var source = await PostgresStore.ConnectAsync(connectionString);
        await using var connection = await source.OpenConnectionAsync();
        var rows = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < length)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var batch = new NpgsqlBatch(connection, transaction);
            for (var i = 0; i < RowsPerTransaction; i++)
            {
                var command = new NpgsqlBatchCommand(PostgresStore.InsertSql);
                command.Parameters.AddRange(PostgresStore.Row(Next()));
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            rows += RowsPerTransaction;
        }

        return (rows, watch.Elapsed);
    }

    private static Encounter Next() => new()
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
