using System.Data.Common;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>
/// Checks one state of the ledger against itself: pages, segments, hash chains, heads, index, keys, promises and views against
/// a replay, snapshots and balances against states folded from the first fact. Writes go on meanwhile. Damage of any kind is a
/// finding; only a store that does not answer is an exception.
/// </summary>
/// <param name="folder">Where there is room for what is compared.</param>
/// <param name="finding">Told of each thing that is wrong.</param>
/// <param name="progress">Told of how many facts are checked, and of how many there are. Each is read twice and counts half each time.</param>
internal sealed class LedgerVerifier(
    LedgerReader reading, ViewRegistry views, IReadOnlyDictionary<string, IStreamDefinition> families, string folder, Action<string> finding, Action<long, long> progress)
{
    private const int HeadPageSize = 1_000;

    private readonly ReplayBatch replay = new(views, families, views.Everything);
    private readonly HashChainVerifier hashChains = new(finding);
    private readonly List<SegmentDirectory> unindexed = [];
    private long factsTotal;
    private long halves;

    public async Task RunAsync(CancellationToken cancel)
    {
        await CheckAsync("store", async () => (await reading.FindDamageAsync(cancel)).ToList().ForEach(finding));
        await CheckAsync("ledger", () => CheckFactsAsync(cancel));
    }

    private async Task CheckFactsAsync(CancellationToken cancel)
    {
        factsTotal = await reading.CountFactsAsync(cancel);
        var watermark = await reading.GetWatermarkAsync(cancel);
        var heads = await ListHeadsAsync(cancel);
        using var scratch = new ScratchDatabase(views, folder);
        heads.ForEach(scratch.AddStream);
        await ReplayAsync(scratch, watermark, cancel);
        hashChains.CheckHeads(heads);
        await CheckAsync("view_shapes", () => CheckShapesAsync(cancel));
        foreach (var table in GetComparisons())
            await CheckAsync(table.Name, () => table.CompareAsync(scratch.Connection, reading.Connection, finding, cancel));
        await CheckAsync("snapshots", () => FindOrphanSnapshotsAsync(cancel));
        foreach (var head in heads)
            await CheckAsync(head.Stream, () => CheckStreamAsync(head, new TailSnapshot(watermark, unindexed), cancel));
    }

    /// <summary>Runs a part of the check. Damage that ends it is a finding; the other parts still run.</summary>
    private async Task CheckAsync(string part, Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (DbException e)
        {
            finding($"{part}: {AsDamage(reading.Translate(e)).Message}");
        }
        catch (StoreUnavailableException e)
        {
            finding($"{part}: {AsDamage(e).Message}");
        }
    }

    private static StoreDamagedException AsDamage(StoreUnavailableException e) => e as StoreDamagedException ?? throw e;

    private async Task<List<StreamHead>> ListHeadsAsync(CancellationToken cancel)
    {
        var heads = new List<StreamHead>();
        for (List<StreamHead> page = [new("", long.MinValue, 0, [])]; page.Count > 0; heads.AddRange(page))
            page = await reading.ListHeadsAsync(page[^1].StreamNo, HeadPageSize, cancel);
        return heads;
    }

    private async Task CheckShapesAsync(CancellationToken cancel)
    {
        var stored = await reading.QueryAsync("SELECT name, shape FROM view_shapes", rows => (Name: rows.GetString(0), Shape: rows.GetString(1)), cancel);
        var shapes = stored.ToDictionary(row => row.Name, row => row.Shape);
        foreach (var name in shapes.Keys.Union(views.Shapes.Keys))
            if (shapes.GetValueOrDefault(name) is var found && views.Shapes.GetValueOrDefault(name) is var declared && found != declared)
                finding($"view_shapes ({name}): expected {declared ?? "nothing"}, found {found ?? "nothing"}");
    }

    private IEnumerable<TableComparison> GetComparisons() =>
    [
        new("segment_index", ["stream_no", "first_version"],
            ["count", "position", "payload_offset", "payload_length", "recorded_at", "occurred_from", "occurred_to"]),
        new("fact_keys", ["stream_no", "key", "version"], []),
        new("due", ["stream", "kind", "key"], ["due_at"]),
        .. views.All.Select(v => new TableComparison(v.Name, ViewSql.KeyColumns(v), ViewSql.OtherColumns(v))),
    ];

    /// <summary>Replays all segments in their order.</summary>
    private async Task ReplayAsync(ScratchDatabase scratch, long watermark, CancellationToken cancel)
    {
        var last = 0L;
        await foreach (var row in reading.ReadSegmentRowsAsync(cancel))
        {
            if (row.Position != last + 1)
                finding($"segments: after position {last} comes {row.Position}");
            if (replay.IsFull || (last <= watermark && row.Position > watermark))
                Write(scratch, last <= watermark);
            last = row.Position;
            CheckSegment(row, last > watermark);
            progress(halves / 2, factsTotal);
        }
        Write(scratch, last <= watermark);
        if (last < watermark)
            finding($"watermark: position {watermark} is after the last segment, {last}");
    }

    private void CheckSegment(SegmentRow row, bool isTail)
    {
        Segment segment;
        try
        {
            segment = row.Parse();
        }
        catch (InvalidDataException e)
        {
            finding($"segments: {e.Message}");
            return;
        }
        if (segment.FactCount != segment.Directory.Entries.Sum(entry => (long)entry.Count))
            finding($"segments: position {row.Position} says that it holds {segment.FactCount} facts, and its directory says otherwise");
        if (segment.Payload.Length != segment.Directory.Entries.Sum(entry => (long)entry.PayloadLength))
            finding($"segments: position {row.Position} has a payload of {segment.Payload.Length} bytes, and its directory says otherwise");
        foreach (var entry in segment.Directory.Entries)
            CheckEntry(segment, entry, isTail);
        if (isTail)
            unindexed.Add(segment.Directory);
    }

    private void Write(ScratchDatabase scratch, bool indexed)
    {
        try
        {
            scratch.Write(replay, indexed);
        }
        catch (SqliteNativeException e) when (e.IsConstraintViolation)
        {
            finding($"segments: what was replayed contradicts itself: {e.Message}");
            replay.Clear();
        }
    }

    private void CheckEntry(Segment segment, SegmentEntry entry, bool isTail)
    {
        halves += entry.Count;
        try
        {
            // What changed facts would add to views means nothing.
            if (!hashChains.CheckAppend(segment, entry))
                return;
            var projected = replay.Project(segment, entry);
            // An indexed entry is compared with the index; this is what the index will be made from.
            if (isTail && !projected.HasSameIndexKeys(entry))
                finding($"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}: its directory has other keys or times than its events");
        }
        catch (Exception e) when (FactRun.IsUnreadable(e))
        {
            finding($"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}: it cannot be read: {e.Message}");
        }
    }

    private async Task FindOrphanSnapshotsAsync(CancellationToken cancel)
    {
        var orphans = await reading.QueryAsync(
            "SELECT stream FROM snapshots WHERE stream NOT IN (SELECT stream FROM heads)", rows => rows.GetString(0), cancel);
        orphans.ForEach(stream => finding($"snapshots ({stream}): expected nothing, found a snapshot"));
    }

    /// <summary>Folds a stream from its first fact, as a grain would without a snapshot, and compares its snapshot and balances.</summary>
    private async Task CheckStreamAsync(StreamHead head, TailSnapshot view, CancellationToken cancel)
    {
        var (name, id) = StreamName.Split(head.Stream);
        if (!families.TryGetValue(name, out var family))
        {
            finding($"{head.Stream}: no family of this name is known");
            return;
        }
        var snapshot = await reading.FindSnapshotAsync(head.Stream, family.SnapshotSchemaVersion, cancel);
        try
        {
            var fold = family.CreateFold(id);
            var check = snapshot is null ? null : new SnapshotVerifier(snapshot, finding);
            await foreach (var run in reading.ReadStreamAsync(view, head, 1, cancel))
            {
                fold.Apply(run, head.Version);
                check?.Follow(fold, run);
                halves += run.Count;
                progress(halves / 2, factsTotal);
            }
            check?.CheckReached();
            foreach (var wrong in fold.FindInconsistencies(reading.Connection))
                finding($"{head.Stream}: {wrong}");
        }
        catch (Exception e) when (FactRun.IsUnreadable(e))
        {
            finding($"{head.Stream}: it cannot be folded: {e.Message}");
        }
    }
}
