using Npgsql;
using NpgsqlTypes;

namespace Outreach.Server.Ledger.Stores;

/// <summary>The statements of a commit, sent as one batch: one round trip, and one transaction because nothing ends it earlier.</summary>
internal static class PostgresCommits
{
    /// <summary>The error that tells that heads were not as expected; its message names their streams, one a line.</summary>
    public const string ConflictSqlState = "OL001";

    public static void AddHeads(NpgsqlBatch batch, IReadOnlyList<HeadUpdate> advances)
    {
        var command = new NpgsqlBatchCommand("SELECT ledger_move_heads($1, $2, $3, $4, $5)");
        command.AddColumn(NpgsqlDbType.Text, ToColumn(advances, a => a.Stream));
        command.AddColumn(NpgsqlDbType.Bigint, ToColumn(advances, a => a.Version));
        command.AddColumn(NpgsqlDbType.Bytea, ToColumn(advances, a => a.Hash));
        command.AddColumn(NpgsqlDbType.Bigint, ToColumn(advances, a => a.ExpectedVersion));
        command.AddColumn(NpgsqlDbType.Bytea, ToColumn(advances, a => a.ExpectedHash));
        batch.BatchCommands.Add(command);
    }

    public static void AddSnapshots(NpgsqlBatch batch, IReadOnlyList<Snapshot> snapshots)
    {
        if (snapshots.Count == 0)
            return;
        var command = new NpgsqlBatchCommand("""
            INSERT INTO snapshots (stream, form, version, hash, payload)
            SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[])
            ON CONFLICT (stream) DO UPDATE SET form = excluded.form, version = excluded.version, hash = excluded.hash, payload = excluded.payload
            WHERE snapshots.form <> excluded.form OR snapshots.version < excluded.version
            """);
        command.AddColumn(NpgsqlDbType.Text, ToColumn(snapshots, s => s.Stream));
        command.AddColumn(NpgsqlDbType.Bigint, ToColumn(snapshots, s => (long)s.SchemaVersion));
        command.AddColumn(NpgsqlDbType.Bigint, ToColumn(snapshots, s => s.Version));
        command.AddColumn(NpgsqlDbType.Bytea, ToColumn(snapshots, s => s.Hash));
        command.AddColumn(NpgsqlDbType.Bytea, ToColumn(snapshots, s => s.Payload));
        batch.BatchCommands.Add(command);
    }

    /// <summary>Last of all, so that other processes wait for the row of the position as short a time as possible.</summary>
    public static void AddSegment(NpgsqlBatch batch, CommitGroup group)
    {
        var command = new NpgsqlBatchCommand("""
            WITH next AS (UPDATE commits SET position = position + 1 RETURNING position)
            INSERT INTO segments (position, committed_at, facts, directory, payload) SELECT position, $1, $2, $3, $4 FROM next
            RETURNING position
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = group.CommittedAt });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = group.FactCount });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = group.Directory });
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = group.Payload.Memory, NpgsqlDbType = NpgsqlDbType.Bytea });
        batch.BatchCommands.Add(command);
    }

    /// <summary>Runs a batch to its very end, because only then is its transaction committed.</summary>
    /// <returns>The number that its last statement answers.</returns>
    public static long ExecuteAndReadPosition(this NpgsqlBatch batch)
    {
        using var rows = batch.ExecuteReader();
        object? answer;
        do
            answer = rows.Read() ? rows.GetValue(0) : null;
        while (rows.NextResult());
        return (long)answer!;
    }

    private static T[] ToColumn<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = column(rows[i]);
        return values;
    }
}
