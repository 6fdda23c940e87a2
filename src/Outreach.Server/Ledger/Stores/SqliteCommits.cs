namespace Outreach.Server.Ledger.Stores;

/// <summary>Writes groups: heads first, because a conflict there leaves nothing else to undo.</summary>
internal sealed class SqliteCommits : IDisposable
{
    private readonly SqliteSession session;
    private readonly SqliteViews views;
    private readonly SqliteStatement insertHead;
    private readonly SqliteStatement updateHead;
    private readonly SqliteStatement insertSegment;
    private readonly SqliteStatement upsertSnapshot;
    private readonly SqliteStatement insertKey;
    private readonly SqliteStatement insertIndexEntry;
    private readonly SqliteStatement updateWatermark;
    private readonly SqliteStatement selectStreamNo;
    private readonly SqliteStatement selectDue;
    private readonly SqliteStatement postponeDue;
    private long position;

    public SqliteCommits(SqliteSession session, ViewRegistry catalog)
    {
        this.session = session;
        views = new SqliteViews(session.Db, catalog);
        insertHead = session.Prepare("INSERT INTO heads (stream, version, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        updateHead = session.Prepare("UPDATE heads SET version = ?, hash = ? WHERE stream = ? AND version = ? AND hash = ?");
        insertSegment = session.Prepare("INSERT INTO segments (position, committed_at, facts, directory, payload) VALUES (?, ?, ?, ?, ?)");
        upsertSnapshot = session.Prepare("""
            INSERT INTO snapshots (stream, form, version, hash, payload) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (stream) DO UPDATE SET form = excluded.form, version = excluded.version, hash = excluded.hash, payload = excluded.payload
            WHERE snapshots.form <> excluded.form OR snapshots.version < excluded.version
            """);
        insertKey = session.Prepare("INSERT INTO fact_keys (stream_no, key, version) VALUES (?, ?, ?)");
        insertIndexEntry = session.Prepare("INSERT INTO segment_index VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        updateWatermark = session.Prepare("UPDATE watermark SET position = ? WHERE position = ?");
        selectStreamNo = session.Prepare("SELECT stream_no FROM heads WHERE stream = ?");
        selectDue = session.Prepare(
            "SELECT stream, kind, key, due_at, attempts FROM due WHERE due_at <= ? AND (wake_at <= ? OR wake_at > ?) ORDER BY due_at LIMIT ?");
        postponeDue = session.Prepare("UPDATE due SET wake_at = ?, attempts = attempts + 1 WHERE stream = ? AND kind = ? AND key = ?");
        using var last = new SqliteStatement(session.Db, "SELECT coalesce(max(position), 0) FROM segments");
        last.Step();
        position = last.GetInt64(0);
    }

    public CommitResult Commit(CommitGroup group)
    {
        var conflicts = new List<string>();
        var committed = session.RunInTransaction(() =>
        {
            conflicts.AddRange(group.HeadUpdates.Where(a => !UpdateHead(a)).Select(a => a.Stream));
            if (conflicts.Count > 0)
                return false;
            insertSegment.Bind(position + 1).Bind(group.CommittedAt).Bind(group.FactCount).Bind(group.Directory).Bind(group.Payload.Span).Execute();
            views.Write(group.Rows);
            foreach (var taken in group.Snapshots)
                SaveSnapshot(taken);
            return true;
        });
        return committed ? CommitResult.Committed(++position) : CommitResult.Conflicted(conflicts);
    }

    public void SaveSnapshot(Snapshot taken) =>
        upsertSnapshot.Bind(taken.Stream).Bind(taken.SchemaVersion).Bind(taken.Version).Bind(taken.Hash).Bind(taken.Payload).Execute();

    public void Write(MergedRows rows) => views.Write(rows);

    public bool MoveWatermark(long from, long to) => updateWatermark.Bind(to).Bind(from).Execute() == 1;

    /// <summary>Adds runs and keys, each table in the order of its key.</summary>
    public void Index(IndexRows rows)
    {
        foreach (var (streamNo, position, entry) in rows.Entries)
            insertIndexEntry.Bind(streamNo).Bind(entry.FirstVersion).Bind(entry.Count).Bind(position).Bind(entry.PayloadOffset).Bind(entry.PayloadLength)
                .Bind(entry.RecordedAt).Bind(entry.OccurredFrom).Bind(entry.OccurredTo).Execute();
        foreach (var (streamNo, id, version) in rows.Keys)
            insertKey.Bind(streamNo).Bind(id).Bind(version).Execute();
    }

    /// <summary>A stream's number; it must have a head.</summary>
    public long GetStreamNo(string stream)
    {
        if (!selectStreamNo.Bind(stream).Step())
            throw new InvalidDataException($"The stream {stream} has facts and no head.");
        var found = selectStreamNo.GetInt64(0);
        selectStreamNo.Step();
        return found;
    }

    /// <summary>Takes due promises. Each is returned again after a delay unless it is done by then.</summary>
    public List<DuePromise> TakeDuePromises(long now, int limit)
    {
        var taken = new List<DuePromise>();
        selectDue.Bind(now).Bind(now).Bind(DuePromise.LatestRetryAt(now)).Bind(limit);
        while (selectDue.Step())
            taken.Add(new DuePromise(selectDue.GetString(0), selectDue.GetString(1), selectDue.GetString(2), selectDue.GetInt64(3), (int)selectDue.GetInt64(4)));
        foreach (var promise in taken)
            postponeDue.Bind(now + promise.BackoffTicks).Bind(promise.Stream).Bind(promise.Kind).Bind(promise.Key).Execute();
        return taken;
    }

    public void Dispose() => views.Dispose();

    private bool UpdateHead(HeadUpdate advance) => (advance.ExpectedVersion == 0
        ? insertHead.Bind(advance.Stream).Bind(advance.Version).Bind(advance.Hash).Execute()
        : updateHead.Bind(advance.Version).Bind(advance.Hash).Bind(advance.Stream).Bind(advance.ExpectedVersion).Bind(advance.ExpectedHash).Execute()) == 1;
}
