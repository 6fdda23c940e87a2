namespace Outreach.Server.Ledger.Stores;

/// <summary>Writes groups: heads first, because a conflict there leaves nothing else to undo.</summary>
internal sealed class SqliteCommits : IDisposable
{
    private readonly SqliteSession session;
    private readonly SqliteViews views;
    private readonly SqliteStatement newHead;
    private readonly SqliteStatement moveHead;
    private readonly SqliteStatement segment;
    private readonly SqliteStatement snapshot;
    private readonly SqliteStatement key;
    private readonly SqliteStatement run;
    private readonly SqliteStatement watermark;
    private readonly SqliteStatement number;
    private readonly SqliteStatement due;
    private readonly SqliteStatement putOff;
    private long position;

    public SqliteCommits(SqliteSession session, ViewCatalog catalog)
    {
        this.session = session;
        views = new SqliteViews(session.Db, catalog);
        newHead = session.Prepare("INSERT INTO heads (stream, version, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        moveHead = session.Prepare("UPDATE heads SET version = ?, hash = ? WHERE stream = ? AND version = ? AND hash = ?");
        segment = session.Prepare("INSERT INTO segments (position, committed_at, facts, directory, payload) VALUES (?, ?, ?, ?, ?)");
        snapshot = session.Prepare("""
            INSERT INTO snapshots (stream, form, version, hash, payload) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (stream) DO UPDATE SET form = excluded.form, version = excluded.version, hash = excluded.hash, payload = excluded.payload
            WHERE snapshots.form <> excluded.form OR snapshots.version < excluded.version
            """);
        key = session.Prepare("INSERT INTO fact_keys (stream_no, key, version) VALUES (?, ?, ?)");
        run = session.Prepare("INSERT INTO segment_index VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        watermark = session.Prepare("UPDATE watermark SET position = ? WHERE position = ?");
        number = session.Prepare("SELECT stream_no FROM heads WHERE stream = ?");
        due = session.Prepare(
            "SELECT stream, kind, key, due_at, attempts FROM due WHERE due_at <= ? AND (wake_at <= ? OR wake_at > ?) ORDER BY due_at LIMIT ?");
        putOff = session.Prepare("UPDATE due SET wake_at = ?, attempts = attempts + 1 WHERE stream = ? AND kind = ? AND key = ?");
        using var last = new SqliteStatement(session.Db, "SELECT coalesce(max(position), 0) FROM segments");
        last.Next();
        position = last.Number(0);
    }

    public Outcome Commit(Group group)
    {
        var conflicts = new List<string>();
        var committed = session.Transact(() =>
        {
            conflicts.AddRange(group.Advances.Where(a => !Move(a)).Select(a => a.Stream));
            if (conflicts.Count > 0)
                return false;
            segment.Bind(position + 1).Bind(group.CommittedAt).Bind(group.Facts).Bind(group.Directory).Bind(group.Payload.Span).Run();
            views.Write(group.Rows);
            foreach (var taken in group.Snapshots)
                Keep(taken);
            return true;
        });
        return committed ? Outcome.Committed(++position) : Outcome.Refused(conflicts);
    }

    public void Keep(Snapshot taken) =>
        snapshot.Bind(taken.Stream).Bind(taken.Form).Bind(taken.Version).Bind(taken.Hash).Bind(taken.Payload).Run();

    public void Write(MergedRows rows) => views.Write(rows);

    public bool MoveWatermark(long from, long to) => watermark.Bind(to).Bind(from).Run() == 1;

    /// <summary>Adds runs and keys, each table in the order of its key.</summary>
    public void Index(IndexRows rows)
    {
        foreach (var (streamNo, position, entry) in rows.Runs)
            run.Bind(streamNo).Bind(entry.FirstVersion).Bind(entry.Count).Bind(position).Bind(entry.Offset).Bind(entry.Length)
                .Bind(entry.RecordedAt).Bind(entry.OccurredFrom).Bind(entry.OccurredTo).Run();
        foreach (var (streamNo, id, version) in rows.Keys)
            key.Bind(streamNo).Bind(id).Bind(version).Run();
    }

    /// <summary>A stream's number; it must have a head.</summary>
    public long NumberOf(string stream)
    {
        if (!number.Bind(stream).Next())
            throw new InvalidDataException($"The stream {stream} has facts and no head.");
        var found = number.Number(0);
        number.Next();
        return found;
    }

    /// <summary>Promises to tell of now; each will be told of again after a while, unless it is kept by then.</summary>
    public List<DuePromise> Take(long now, int limit)
    {
        var taken = new List<DuePromise>();
        due.Bind(now).Bind(now).Bind(DuePromise.LatestAgain(now)).Bind(limit);
        while (due.Next())
            taken.Add(new DuePromise(due.Text(0), due.Text(1), due.Text(2), due.Number(3), (int)due.Number(4)));
        foreach (var promise in taken)
            putOff.Bind(now + promise.Again).Bind(promise.Stream).Bind(promise.Kind).Bind(promise.Key).Run();
        return taken;
    }

    public void Dispose() => views.Dispose();

    private bool Move(Advance advance) => (advance.ExpectedVersion == 0
        ? newHead.Bind(advance.Stream).Bind(advance.Version).Bind(advance.Hash).Run()
        : moveHead.Bind(advance.Version).Bind(advance.Hash).Bind(advance.Stream).Bind(advance.ExpectedVersion).Bind(advance.ExpectedHash).Run()) == 1;
}
