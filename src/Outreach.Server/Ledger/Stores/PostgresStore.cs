using System.Data.Common;
using DbUp;
using Npgsql;

namespace Outreach.Server.Ledger.Stores;

/// <summary>The ledger in a PostgreSQL database that any number of processes share.</summary>
internal sealed class PostgresStore : IStore
{
    private const int MaxAttempts = 4;

    private readonly string connectionString;
    private readonly ViewRegistry registry;
    private readonly NpgsqlDataSource source;
    private NpgsqlConnection? writeConnection;

    public PostgresStore(string connectionString, ViewRegistry catalog)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            CommandTimeout = 15,
            // A firewall that forgets an idle connection would make the next commit wait until it times out.
            KeepAlive = 30,
        };
        // Acknowledged means on disk whatever the database's default is, and nobody waits for ever for another's lock.
        settings.Options = $"{settings.Options} -c synchronous_commit=on -c lock_timeout=5000".Trim();
        (this.connectionString, this.registry) = (settings.ToString(), catalog);
        source = NpgsqlDataSource.Create(this.connectionString);
        Description = $"PostgreSQL, database {settings.Database} on {settings.Host}:{settings.Port}";
    }

    public string Description { get; }

    public bool IsShared => true;

    public string BeginReadSql => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    public void Start(Action<ReplayScope> refill) => Execute(() =>
    {
        using var connection = OpenWithoutTimeout();
        connection.Execute($"SET lock_timeout = 0; SELECT pg_advisory_lock({PostgresLocks.Migration})");
        Migrations.Run(DeployChanges.To.PostgresqlDatabase(connectionString), "Postgres", _ => { });
        using var transaction = connection.BeginTransaction();
        var changed = ViewTables.Synchronize(connection, registry, PostgresViews.Dialect);
        transaction.Commit();
        if (!changed.IsEmpty)
            refill(changed);
        connection.Execute($"SELECT pg_advisory_unlock({PostgresLocks.Migration})");
        return true;
    });

    public CommitResult Commit(CommitGroup group)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return CommitOnce(group);
            }
            catch (PostgresException e) when (e.SqlState == PostgresCommits.ConflictSqlState)
            {
                return CommitResult.Conflicted(e.MessageText.Split('\n'));
            }
            catch (PostgresException e) when (IsRolledBack(e) && attempt < MaxAttempts)
            {
                // Another process was in the way, and nothing of this was written.
            }
            catch (Exception e) when (e is DbException or TimeoutException or InvalidOperationException)
            {
                DropConnections();
                throw Translate(e);
            }
    }

    public bool Index(long expectedWatermark, IReadOnlyList<SegmentDirectory> listings) => Execute(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        var moved = PostgresIndex.Write(connection, expectedWatermark, listings);
        transaction.Commit();
        return moved;
    });

    public void SaveSnapshot(Snapshot snapshot) => Execute(() =>
    {
        using var connection = source.OpenConnection();
        using var batch = new NpgsqlBatch(connection);
        PostgresCommits.AddSnapshots(batch, [snapshot]);
        return batch.ExecuteNonQuery();
    });

    public IReadOnlyList<DuePromise> TakeDuePromises(long now, int limit) => Execute(() =>
    {
        using var connection = source.OpenConnection();
        using var command = connection.CreateCommand(
            """
            UPDATE due d SET wake_at = @now + least(2::bigint << least(d.attempts, 20), 300) * 10000000, attempts = d.attempts + 1
            FROM (
                SELECT stream, kind, key FROM due WHERE due_at <= @now AND (wake_at <= @now OR wake_at > @latest)
                ORDER BY due_at LIMIT @limit FOR UPDATE SKIP LOCKED) t
            WHERE d.stream = t.stream AND d.kind = t.kind AND d.key = t.key
            RETURNING d.stream, d.kind, d.key, d.due_at, d.attempts - 1
            """,
            ("@now", now), ("@latest", DuePromise.LatestRetryAt(now)), ("@limit", (long)limit));
        using var rows = command.ExecuteReader();
        var taken = new List<DuePromise>();
        while (rows.Read())
            taken.Add(new DuePromise(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3), rows.GetInt32(4)));
        return taken;
    });

    public void Probe() => Execute(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        connection.Execute($"INSERT INTO secrets (name, value, retires_at) VALUES ('{IStore.ProbeName}', decode(repeat('00', {IStore.ProbeLength}), 'hex'), 0) ON CONFLICT (name) DO NOTHING");
        connection.Execute($"DELETE FROM secrets WHERE name = '{IStore.ProbeName}'");
        transaction.Commit();
        return true;
    });

    public void Backup(string file) => throw new NotSupportedException("A shared database is backed up with its own tools.");

    public void Rebuild(ReplayScope scope, Action<IRebuildTransaction> rebuild) => Execute(() =>
    {
        using var connection = OpenWithoutTimeout();
        using var transaction = connection.BeginTransaction();
        connection.Execute($"SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({PostgresLocks.Rebuild})");
        ViewTables.Clear(connection, scope);
        rebuild(new PostgresRebuildTransaction(connection));
        ViewTables.MarkFilled(connection, registry);
        transaction.Commit();
        return true;
    });

    public async ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancel)
    {
        try
        {
            return await source.OpenConnectionAsync(cancel);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            throw Translate(e);
        }
    }

    public async Task<IReadOnlyList<string>> FindDamageAsync(DbConnection reader, CancellationToken cancel)
    {
        await using var query = reader.CreateCommand(
            "SELECT position FROM commits WHERE position <> (SELECT coalesce(max(position), 0) FROM segments)");
        return await query.ExecuteScalarAsync(cancel) is { } position ? [$"commits: position {position} is not that of the last segment"] : [];
    }

    public async Task FindKeysAsync(
        DbConnection reader, long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel)
    {
        await using var command = reader.CreateCommand(
            "SELECT key, version FROM fact_keys WHERE stream_no = @stream AND key = ANY(@keys)", ("@stream", streamNo), ("@keys", keys.ToArray()));
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
            found(rows.GetGuid(0), rows.GetInt64(1));
    }

    public async ValueTask DisposeAsync()
    {
        if (writeConnection is not null)
            await writeConnection.DisposeAsync();
        await source.DisposeAsync();
    }

    private CommitResult CommitOnce(CommitGroup group)
    {
        writeConnection ??= source.OpenConnection();
        using var batch = new NpgsqlBatch(writeConnection);
        PostgresCommits.AddHeads(batch, group.HeadUpdates);
        PostgresViews.Write(batch, group.Rows);
        PostgresCommits.AddSnapshots(batch, [.. group.Snapshots]);
        PostgresCommits.AddSegment(batch, group);
        return CommitResult.Committed(batch.ExecuteAndReadPosition());
    }

    /// <summary>A connection for what takes as long as it takes.</summary>
    private NpgsqlConnection OpenWithoutTimeout()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Drops every connection: the server that they led to may be gone.</summary>
    private void DropConnections()
    {
        writeConnection?.Dispose();
        writeConnection = null;
        source.Clear();
    }

    private T Execute<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            throw Translate(e);
        }
    }

    public StoreUnavailableException Translate(Exception failed) =>
        failed is PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted }
            ? new StoreDamagedException($"{Description} is damaged: {failed.Message}", failed)
            : new StoreUnavailableException($"{Description} failed: {failed.Message}", failed);

    /// <summary>Serialization failures, deadlocks and locks waited for too long: PostgreSQL says that nothing happened.</summary>
    private static bool IsRolledBack(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable;
}

/// <summary>Numbers of advisory locks.</summary>
internal static class PostgresLocks
{
    /// <summary>Held by commits together, and by a rebuild alone. The function ledger_move_heads has it too.</summary>
    public const long Rebuild = 5711202601;

    /// <summary>Held by the one process that brings tables up to date.</summary>
    public const long Migration = 5711202602;
}
