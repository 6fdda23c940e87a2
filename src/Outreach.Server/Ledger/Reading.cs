using System.Data.Common;
using System.Runtime.CompilerServices;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger;

/// <summary>Questions to the ledger's own tables, all answered from one state of the store.</summary>
internal sealed class Reading(IStore store, DbConnection connection) : IAsyncDisposable
{
    private const string PlaceColumns = "first_version, count, position, payload_offset, payload_length, recorded_at";
    private const int SegmentsAtOnce = 8;
    private const int PlacesAtOnce = 1_000;

    public DbConnection Connection => connection;

    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public static async Task<Reading> OpenAsync(IStore store, CancellationToken cancel)
    {
        var connection = await store.OpenReaderAsync(cancel);
        try
        {
            await connection.RunAsync(store.BeginRead, cancel);
            return new Reading(store, connection);
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (e is DbException failed)
                throw Unavailable(failed);
            throw;
        }
    }

    /// <summary>The position of the last commit.</summary>
    public Task<long> PositionAsync(CancellationToken cancel) => NumberAsync("SELECT coalesce(max(position), 0) FROM segments", cancel);

    /// <summary>The last position that the index holds.</summary>
    public Task<long> WatermarkAsync(CancellationToken cancel) => NumberAsync("SELECT position FROM watermark", cancel);

    /// <summary>How many facts there are.</summary>
    public Task<long> FactsAsync(CancellationToken cancel) => NumberAsync("SELECT CAST(coalesce(sum(facts), 0) AS bigint) FROM segments", cancel);

    /// <summary>Where a stream stands; null where it has no facts.</summary>
    public async Task<Head?> HeadAsync(string stream, CancellationToken cancel) => (await AskAsync(
        "SELECT stream_no, version, hash FROM heads WHERE stream = @stream",
        rows => new Head(stream, rows.GetInt64(0), rows.GetInt64(1), rows.GetBytes(2)), cancel, ("@stream", stream))).FirstOrDefault();

    /// <summary>Where streams stand, by number, after a number, at most so many.</summary>
    public Task<List<Head>> HeadsAsync(long afterNo, int limit, CancellationToken cancel) => AskAsync(
        "SELECT stream, stream_no, version, hash FROM heads WHERE stream_no > @after ORDER BY stream_no LIMIT @limit",
        rows => new Head(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetBytes(3)),
        cancel, ("@after", afterNo), ("@limit", (long)limit));

    /// <summary>The snapshot of a stream; null where there is none of this form.</summary>
    public async Task<Snapshot?> SnapshotAsync(string stream, int form, CancellationToken cancel) => (await AskAsync(
        "SELECT version, hash, payload FROM snapshots WHERE stream = @stream AND form = @form",
        rows => new Snapshot(stream, form, rows.GetInt64(0), rows.GetBytes(1), rows.GetBytes(2)),
        cancel, ("@stream", stream), ("@form", (long)form))).FirstOrDefault();

    /// <summary>Indexed places that hold versions of a span, both inclusive, upwards, at most so many.</summary>
    public Task<List<Place>> PlacesAsync(long streamNo, long from, long to, int limit, CancellationToken cancel) => AskAsync(
        $"""
        SELECT {PlaceColumns} FROM segment_index WHERE stream_no = @stream AND first_version <= @to
        AND first_version >= coalesce((SELECT max(first_version) FROM segment_index WHERE stream_no = @stream AND first_version <= @from), 0)
        AND first_version + count > @from
        ORDER BY first_version LIMIT @limit
        """,
        PlaceOf, cancel, ("@stream", streamNo), ("@from", from), ("@to", to), ("@limit", (long)limit));

    /// <summary>Indexed places with versions below one, downwards, at most so many, that can tell of a span of moments.</summary>
    public Task<List<Place>> PlacesBelowAsync(long streamNo, long below, Moments moments, int limit, CancellationToken cancel) => AskAsync(
        $"""
        SELECT {PlaceColumns} FROM segment_index WHERE stream_no = @stream AND first_version < @below
        {(moments.All ? "" : "AND occurred_to >= @from AND occurred_from <= @to")}
        ORDER BY first_version DESC LIMIT @limit
        """,
        PlaceOf, cancel,
        [
            ("@stream", streamNo), ("@below", below), ("@limit", (long)limit),
            .. moments.All ? Array.Empty<(string, object)>() : [("@from", moments.From), ("@to", moments.To)],
        ]);

    /// <summary>What the segments after a position hold, upwards, up to another, at most so many.</summary>
    public Task<List<Listing>> ListingsAsync(long after, long upTo, int limit, CancellationToken cancel) => AskAsync(
        "SELECT position, directory FROM segments WHERE position > @after AND position <= @to ORDER BY position LIMIT @limit",
        rows => Listing.Read(rows.GetInt64(0), rows.GetBytes(1)), cancel, ("@after", after), ("@to", upTo), ("@limit", (long)limit));

    /// <summary>Whole segments, upwards, after a position and up to another.</summary>
    public async IAsyncEnumerable<Segment> SegmentsAsync(long after, long upTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var page = await SegmentsAboveAsync(after, upTo, cancel);
            foreach (var segment in page)
                yield return segment;
            if (page.Count < SegmentsAtOnce)
                yield break;
            after = page[^1].Listing.Position;
        }
    }

    /// <summary>Whole segments after a position and up to another, upwards, a few at once.</summary>
    public Task<List<Segment>> SegmentsAboveAsync(long after, long upTo, CancellationToken cancel) => AskAsync(
        "SELECT position, directory, payload, facts FROM segments WHERE position > @after AND position <= @to ORDER BY position LIMIT @limit",
        SegmentOf, cancel, ("@after", after), ("@to", upTo), ("@limit", (long)SegmentsAtOnce));

    /// <summary>Whole segments below a position, downwards, a few at once.</summary>
    public Task<List<Segment>> SegmentsBelowAsync(long below, CancellationToken cancel) => AskAsync(
        "SELECT position, directory, payload, facts FROM segments WHERE position < @below ORDER BY position DESC LIMIT @limit",
        SegmentOf, cancel, ("@below", below), ("@limit", (long)SegmentsAtOnce));

    /// <summary>The runs at places, in their order. Neighbours in one segment are read at once.</summary>
    public async IAsyncEnumerable<Run> RunsAsync(IReadOnlyList<Place> places, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var i = 0; i < places.Count;)
        {
            var end = i + 1;
            while (end < places.Count && places[end].Position == places[i].Position)
                end++;
            var (first, last) = (places[i], places[end - 1]);
            var start = Math.Min(first.Offset, last.Offset);
            var bytes = await SliceAsync(first.Position, start, Math.Max(first.End, last.End) - start, cancel);
            for (; i < end; i++)
                yield return places[i].RunIn(bytes, start);
        }
    }

    /// <summary>A stream's runs from the one that holds a version up to its head, through the index and the tail.</summary>
    /// <exception cref="InvalidDataException">A run is missing.</exception>
    public async IAsyncEnumerable<Run> StreamAsync(TailView view, Head head, long from, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (from <= head.Version)
        {
            var places = await PlacesAsync(head.StreamNo, from, head.Version, PlacesAtOnce, cancel);
            if (places.Count < PlacesAtOnce)
                places.AddRange(view.Places(head.Stream, places.Count == 0 ? from : places[^1].LastVersion + 1, head.Version));
            await foreach (var run in RunsAsync(places, cancel))
            {
                if (run.FirstVersion > from || run.LastVersion < from)
                    throw new InvalidDataException($"The index holds no place of {head.Stream} version {from}.");
                yield return run;
                from = run.LastVersion + 1;
            }
            if (places.Count == 0)
                throw new InvalidDataException($"The index holds no place of {head.Stream} version {from}.");
        }
    }

    /// <summary>The versions of a stream's facts that carry keys, from the index alone.</summary>
    public async Task FindAsync(long streamNo, IReadOnlyCollection<Guid> keys, Action<Guid, long> found, CancellationToken cancel)
    {
        try
        {
            await store.FindAsync(connection, streamNo, keys, found, cancel);
        }
        catch (DbException e)
        {
            throw Unavailable(e);
        }
    }

    /// <summary>The rows that a query answers.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<List<T>> AskAsync<T>(
        string sql, Func<DbDataReader, T> row, CancellationToken cancel, params (string Name, object Value)[] parameters)
    {
        try
        {
            await using var query = connection.Query(sql, parameters);
            await using var rows = await query.ExecuteReaderAsync(cancel);
            var answer = new List<T>();
            while (await rows.ReadAsync(cancel))
                answer.Add(row(rows));
            return answer;
        }
        catch (DbException e)
        {
            throw Unavailable(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.RunAsync("ROLLBACK", CancellationToken.None);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The connection is broken; its pool finds out.
        }
        await connection.DisposeAsync();
    }

    private static StoreUnavailableException Unavailable(DbException e) => new($"The store did not answer: {e.Message}", e);

    private static Place PlaceOf(DbDataReader rows) =>
        new(rows.GetInt64(0), rows.GetInt32(1), rows.GetInt64(2), rows.GetInt32(3), rows.GetInt32(4), rows.GetInt64(5));

    private static Segment SegmentOf(DbDataReader rows) => new(Listing.Read(rows.GetInt64(0), rows.GetBytes(1)), rows.GetBytes(2), rows.GetInt64(3));

    private async Task<byte[]> SliceAsync(long position, int offset, int length, CancellationToken cancel)
    {
        var slices = await AskAsync(
            "SELECT substr(payload, @start, @length) FROM segments WHERE position = @position",
            rows => rows.GetBytes(0), cancel, ("@start", offset + 1), ("@length", length), ("@position", position));
        return slices is [var bytes] && bytes.Length == length
            ? bytes
            : throw new InvalidDataException($"The segment at position {position} is missing or shorter than its index says.");
    }

    private async Task<long> NumberAsync(string sql, CancellationToken cancel) => (await AskAsync(sql, rows => rows.GetInt64(0), cancel))[0];
}
