using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Writes the index, by COPY, within the caller's transaction.</summary>
internal static class PostgresIndex
{
    /// <returns>False, and nothing is written, where the watermark is not where it is expected.</returns>
    public static bool Write(NpgsqlConnection connection, long expectedWatermark, IReadOnlyList<SegmentDirectory> listings)
    {
        using (var move = connection.CreateCommand(
            "UPDATE watermark SET position = @to WHERE position = @from", ("@to", listings[^1].Position), ("@from", expectedWatermark)))
            if (move.ExecuteNonQuery() == 0)
                return false;
        var numbers = ReadStreamNumbers(connection, listings);
        var rows = new IndexRows(listings, stream => numbers[stream]);
        CopyEntries(connection, rows);
        CopyKeys(connection, rows);
        return true;
    }

    private static void CopyEntries(NpgsqlConnection connection, IndexRows rows)
    {
        using var copy = connection.BeginBinaryImport(
            "COPY segment_index (stream_no, first_version, count, position, payload_offset, payload_length, recorded_at, occurred_from, occurred_to) FROM STDIN (FORMAT BINARY)");
        foreach (var (streamNo, position, entry) in rows.Entries)
        {
            copy.StartRow();
            copy.Write(streamNo, NpgsqlDbType.Bigint);
            copy.Write(entry.FirstVersion, NpgsqlDbType.Bigint);
            copy.Write(entry.Count, NpgsqlDbType.Integer);
            copy.Write(position, NpgsqlDbType.Bigint);
            copy.Write(entry.PayloadOffset, NpgsqlDbType.Integer);
            copy.Write(entry.PayloadLength, NpgsqlDbType.Integer);
            copy.Write(entry.RecordedAt, NpgsqlDbType.Bigint);
            copy.Write(entry.OccurredFrom, NpgsqlDbType.Bigint);
            copy.Write(entry.OccurredTo, NpgsqlDbType.Bigint);
        }
        copy.Complete();
    }

    private static void CopyKeys(NpgsqlConnection connection, IndexRows rows)
    {
        using var copy = connection.BeginBinaryImport("COPY fact_keys (stream_no, key, version) FROM STDIN (FORMAT BINARY)");
        foreach (var (streamNo, key, version) in rows.Keys)
        {
            copy.StartRow();
            copy.Write(streamNo, NpgsqlDbType.Bigint);
            copy.Write(key, NpgsqlDbType.Uuid);
            copy.Write(version, NpgsqlDbType.Bigint);
        }
        copy.Complete();
    }

    private static Dictionary<string, long> ReadStreamNumbers(NpgsqlConnection connection, IReadOnlyList<SegmentDirectory> listings)
    {
        var streams = listings.SelectMany(l => l.Entries).Select(e => e.Stream).Distinct().ToArray();
        using var query = connection.CreateCommand("SELECT stream, stream_no FROM heads WHERE stream = ANY(@streams)", ("@streams", streams));
        using var rows = query.ExecuteReader();
        var numbers = new Dictionary<string, long>();
        while (rows.Read())
            numbers.Add(rows.GetString(0), rows.GetInt64(1));
        return numbers;
    }
}

/// <summary>A rebuild within a transaction.</summary>
internal sealed class PostgresRebuildTransaction(NpgsqlConnection connection) : IRebuildTransaction
{
    private long watermark;

    public DbConnection Connection => connection;

    public void Write(MergedRows rows)
    {
        using var batch = new NpgsqlBatch(connection);
        PostgresViews.Write(batch, rows);
        if (batch.BatchCommands.Count > 0)
            batch.ExecuteNonQuery();
    }

    public void Index(IReadOnlyList<SegmentDirectory> listings)
    {
        PostgresIndex.Write(connection, watermark, listings);
        watermark = listings[^1].Position;
    }
}
