using System.Data.Common;
using System.Runtime.CompilerServices;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger;

/// <summary>Queries the ledger's tables in one transaction, so that all queries see the same commits.</summary>
internal sealed class LedgerReader(IStore store, DbConnection connection) : IAsyncDisposable
{
    private const string SliceColumns = "first_version, count, position, payload_offset, payload_length, recorded_at";
    private const string SegmentColumns = "position, directory, payload, facts";

    /// <summary>Segments that are read at once.</summary>
    public const int SegmentPageSize = 8;

    private const int SlicePageSize = 1_000;

    public DbConnection Connection => connection;

    /// <inheritdoc cref="IStore.Translate"/>
    public StoreUnavailableException Translate(Exception failed) => store.Translate(failed);

    /// <inheritdoc cref="IStore.FindDamageAsync"/>
    public Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancel) => store.FindDamageAsync(connection, cancel);

    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public static async Task<LedgerReader> OpenAsync(IStore store, CancellationToken cancel)
    {
        var connection = await store.OpenReaderAsync(cancel);
        try
        {
            await connection.ExecuteAsync(store.BeginReadSql, cancel);
            return new LedgerReader(store, connection);
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (e is DbException failed)
                throw store.Translate(failed);
            throw;
        }
    }

    /// <summary>The position of the last commit.</summary>
    public Task<long> GetPositionAsync(CancellationToken cancel) => QueryNumberAsync("SELECT coalesce(max(position), 0) FROM segments", cancel);

    /// <summary>The position up to which commits are indexed.</summary>
    public Task<long> GetWatermarkAsync(CancellationToken cancel) => QueryNumberAsync("SELECT position FROM watermark", cancel);

    /// <summary>The number of events in the ledger.</summary>
    public Task<long> CountFactsAsync(CancellationToken cancel) => QueryNumberAsync("SELECT CAST(coalesce(sum(facts), 0) AS bigint) FROM segments", cancel);

    /// <summary>The head of a stream; null if the stream has no events.</summary>
    public async Task<StreamHead?> FindHeadAsync(string stream, CancellationToken cancel) => (await QueryAsync(
        "SELECT stream_no, version, hash FROM heads WHERE stream = @stream",
        rows => new StreamHead(stream, rows.GetInt64(0), rows.GetInt64(1), rows.GetBytes(2)), cancel, ("@stream", stream))).FirstOrDefault();

    /// <summary>The heads of streams after a stream number, in the order of their numbers.</summary>
    public Task<List<StreamHead>> ListHeadsAsync(long afterNo, int limit, CancellationToken cancel) => QueryAsync(
        "SELECT stream, stream_no, version, hash FROM heads WHERE stream_no > @after ORDER BY stream_no LIMIT @limit",
        rows => new StreamHead(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetBytes(3)),
        cancel, ("@after", afterNo), ("@limit", (long)limit));

    /// <summary>The snapshot of a stream; null if there is none of this schema version.</summary>
    public async Task<Snapshot?> FindSnapshotAsync(string stream, int schemaVersion, CancellationToken cancel) => (await QueryAsync(
        "SELECT version, hash, payload FROM snapshots WHERE stream = @stream AND form = @form",
        rows => new Snapshot(stream, schemaVersion, rows.GetInt64(0), rows.GetBytes(1), rows.GetBytes(2)),
        cancel, ("@stream", stream), ("@form", (long)schemaVersion))).FirstOrDefault();

    /// <summary>Indexed slices that contain versions of a range, both inclusive, in ascending order.</summary>
    public Task<List<SegmentSlice>> FindSlicesAsync(long streamNo, long from, long to, int limit, CancellationToken cancel) => QueryAsync(
        $"""
        SELECT {SliceColumns} FROM segment_index WHERE stream_no = @stream AND first_version <= @to
        AND first_version >= coalesce((SELECT max(first_version) FROM segment_index WHERE stream_no = @stream AND first_version <= @from), 0)
        AND first_version + count > @from
        ORDER BY first_version LIMIT @limit
        """,
        ReadSlice, cancel, ("@stream", streamNo), ("@from", from), ("@to", to), ("@limit", (long)limit));

    /// <summary>Indexed slices below a version that may contain events of a time range, in descending order.</summary>
    public Task<List<SegmentSlice>> FindSlicesBelowAsync(long streamNo, long belowVersion, OccurredRange occurred, int limit, CancellationToken cancel) => QueryAsync(
        $"""
        SELECT {SliceColumns} FROM segment_index WHERE stream_no = @stream AND first_version < @below
        {(occurred.IsUnbounded ? "" : "AND occurred_to >= @from AND occurred_from <= @to")}
        ORDER BY first_version DESC LIMIT @limit
        """,
        ReadSlice, cancel,
        [
            ("@stream", streamNo), ("@below", belowVersion), ("@limit", (long)limit),
            .. occurred.IsUnbounded ? Array.Empty<(string, object)>() : [("@from", occurred.From), ("@to", occurred.To)],
        ]);

    /// <summary>The directories of the segments after a position and up to another, inclusive, in ascending order.</summary>
    public Task<List<SegmentDirectory>> ReadDirectoriesAsync(long afterPosition, long upToPosition, int limit, CancellationToken cancel) => QueryAsync(
        "SELECT position, directory FROM segments WHERE position > @after AND position <= @to ORDER BY position LIMIT @limit",
        rows => SegmentDirectory.Deserialize(rows.GetInt64(0), rows.GetBytes(1)), cancel, ("@after", afterPosition), ("@to", upToPosition), ("@limit", (long)limit));

    /// <summary>The rows of all segments, upwards.</summary>
    public async IAsyncEnumerable<SegmentRow> ReadSegmentRowsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = 0L; ;)
        {
            var page = await QueryAsync(
                $"SELECT {SegmentColumns} FROM segments WHERE position > @after ORDER BY position LIMIT @limit",
                ReadSegmentRow, cancel, ("@after", after), ("@limit", (long)SegmentPageSize));
            foreach (var row in page)
                yield return row;
            if (page.Count < SegmentPageSize)
                yield break;
            after = page[^1].Position;
        }
    }

    /// <summary>Whole segments after a position and up to another, upwards, a few at once.</summary>
    public Task<List<Segment>> ReadSegmentsAboveAsync(long after, long upTo, CancellationToken cancel) => QueryAsync(
        $"SELECT {SegmentColumns} FROM segments WHERE position > @after AND position <= @to ORDER BY position LIMIT @limit",
        rows => ReadSegmentRow(rows).Parse(), cancel, ("@after", after), ("@to", upTo), ("@limit", (long)SegmentPageSize));

    /// <summary>Whole segments below a position, downwards, at most so many.</summary>
    public Task<List<Segment>> ReadSegmentsBelowAsync(long below, int limit, CancellationToken cancel) => QueryAsync(
        $"SELECT {SegmentColumns} FROM segments WHERE position < @below ORDER BY position DESC LIMIT @limit",
        rows => ReadSegmentRow(rows).Parse(), cancel, ("@below", below), ("@limit", (long)limit));

    /// <summary>The last position below another; 0 where there is none.</summary>
    public async Task<long> GetPositionBelowAsync(long below, CancellationToken cancel) => (await QueryAsync(
        "SELECT coalesce(max(position), 0) FROM segments WHERE position < @below", rows => rows.GetInt64(0), cancel, ("@below", below)))[0];

    /// <summary>Reads the runs of slices, in the order of the slices. Adjacent slices of one segment are read in one query.</summary>
    public async IAsyncEnumerable<FactRun> ReadRunsAsync(IReadOnlyList<SegmentSlice> slices, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var i = 0; i < slices.Count;)
        {
            var end = i + 1;
            while (end < slices.Count && slices[end].Position == slices[i].Position)
                end++;
            var (first, last) = (slices[i], slices[end - 1]);
            var start = Math.Min(first.Offset, last.Offset);
            var bytes = await ReadPayloadAsync(first.Position, start, Math.Max(first.End, last.End) - start, cancel);
            for (; i < end; i++)
                yield return slices[i].ReadRun(bytes, start);
        }
    }

    /// <summary>Reads a stream's runs through index and tail, from the run that contains a version up to the head.</summary>
    /// <exception cref="InvalidDataException">A run is missing.</exception>
    public async IAsyncEnumerable<FactRun> ReadStreamAsync(TailSnapshot view, StreamHead head, long from, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (from <= head.Version)
        {
            var slices = await FindSlicesAsync(head.StreamNo, from, head.Version, SlicePageSize, cancel);
            if (slices.Count < SlicePageSize)
                slices.AddRange(view.FindSlices(head.Stream, slices.Count == 0 ? from : slices[^1].LastVersion + 1, head.Version));
            await foreach (var run in ReadRunsAsync(slices, cancel))
            {
                if (run.FirstVersion > from || run.LastVersion < from)
                    throw new InvalidDataException($"The index has no entry for {head.Stream} version {from}.");
                yield return run;
                from = run.LastVersion + 1;
            }
            if (slices.Count == 0)
                throw new InvalidDataException($"The index has no entry for {head.Stream} version {from}.");
        }
    }

    /// <inheritdoc cref="IStore.FindKeysAsync"/>
    public async Task FindKeysAsync(long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel)
    {
        try
        {
            await store.FindKeysAsync(connection, streamNo, keys, found, cancel);
        }
        catch (DbException e)
        {
            throw store.Translate(e);
        }
    }

    /// <summary>Runs a query and reads each row.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<List<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> readRow, CancellationToken cancel, params (string Name, object Value)[] parameters)
    {
        try
        {
            await using var query = connection.CreateCommand(sql, parameters);
            await using var rows = await query.ExecuteReaderAsync(cancel);
            var results = new List<T>();
            while (await rows.ReadAsync(cancel))
                results.Add(readRow(rows));
            return results;
        }
        catch (DbException e)
        {
            throw store.Translate(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.ExecuteAsync("ROLLBACK", CancellationToken.None);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The connection is broken; its pool detects that.
        }
        await connection.DisposeAsync();
    }

    private static SegmentSlice ReadSlice(DbDataReader rows) =>
        new(rows.GetInt64(0), rows.GetInt32(1), rows.GetInt64(2), rows.GetInt32(3), rows.GetInt32(4), rows.GetInt64(5));

    private static SegmentRow ReadSegmentRow(DbDataReader rows) => new(rows.GetInt64(0), rows.GetBytes(1), rows.GetBytes(2), rows.GetInt64(3));

    private async Task<byte[]> ReadPayloadAsync(long position, int offset, int length, CancellationToken cancel)
    {
        var slices = await QueryAsync(
            "SELECT substr(payload, @start, @length) FROM segments WHERE position = @position",
            rows => rows.GetBytes(0), cancel, ("@start", offset + 1), ("@length", length), ("@position", position));
        return slices is [var bytes] && bytes.Length == length
            ? bytes
            : throw new InvalidDataException($"The segment at position {position} is missing or shorter than the index states.");
    }

    private async Task<long> QueryNumberAsync(string sql, CancellationToken cancel) =>
        await QueryAsync(sql, rows => rows.GetInt64(0), cancel) is [var number] ? number : throw new StoreDamagedException($"A row is missing: {sql}");
}
