using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Npgsql;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>
/// What the store takes when nothing stands before it: encounters inserted one row each, prepared, 1,000 a transaction.
/// On PostgreSQL the 1,000 statements of a transaction travel together.
/// </summary>
internal static class RawInsert
{
    private const int RowsPerTransaction = 1_000;

    /// <summary>Code is compiled and the store's files grow before anything is measured, as with the servers.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Inserts for about <paramref name="length"/>, after rows that warm it up and are not measured.</summary>
    public static (long Rows, TimeSpan Elapsed, long Before) IntoSqlite(string file, TimeSpan length)
    {
        using var connection = SqliteStore.Connect(file);
        using var insert = SqliteStore.Prepare(connection, SqliteStore.InsertSql, "$id", "$site", "$occurred", "$device", "$payload");
        var (before, _) = For(WarmUp);
        var (rows, elapsed) = For(length);
        return (rows, elapsed, before);

        (long Rows, TimeSpan Elapsed) For(TimeSpan time)
        {
            var inserted = 0L;
            var watch = Stopwatch.StartNew();
            for (; watch.Elapsed < time; inserted += RowsPerTransaction)
            {
                using var transaction = connection.BeginTransaction();
                for (var i = 0; i < RowsPerTransaction; i++)
                    SqliteStore.Insert(insert, transaction, NewEncounter());
                transaction.Commit();
            }

            return (inserted, watch.Elapsed);
        }
    }

    /// <inheritdoc cref="IntoSqlite"/>
    public static async Task<(long Rows, TimeSpan Elapsed, long Before)> IntoPostgresAsync(string connectionString, TimeSpan length)
    {
        await using var source = await PostgresStore.ConnectAsync(connectionString);
        await using var connection = await source.OpenConnectionAsync();
        var (before, _) = await ForAsync(WarmUp);
        var (rows, elapsed) = await ForAsync(length);
        return (rows, elapsed, before);

        async Task<(long Rows, TimeSpan Elapsed)> ForAsync(TimeSpan time)
        {
            var inserted = 0L;
            var watch = Stopwatch.StartNew();
            for (; watch.Elapsed < time; inserted += RowsPerTransaction)
                await InsertAsync(connection);
            return (inserted, watch.Elapsed);
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
