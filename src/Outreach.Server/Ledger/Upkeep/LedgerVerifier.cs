using System.Text.Json;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>
/// Checks one state of the ledger against itself: segments without gaps, chains of hashes, heads, index, keys, promises and
/// views against a replay, snapshots and balances against states folded from the first fact. Writes go on meanwhile.
/// </summary>
/// <param name="folder">Where there is room for what is compared.</param>
/// <param name="finding">Told of each thing that is wrong.</param>
/// <param name="checkedFacts">Told of how many facts are checked. Each is gone through twice and counts half each time.</param>
internal sealed class LedgerVerifier(
    LedgerReader reading, ViewRegistry views, IReadOnlyDictionary<string, IStreamDefinition> families, string folder, Action<string> finding, Action<long> checkedFacts)
{
    private const int HeadPageSize = 1_000;

    private readonly ReplayBatch replay = new(views, families, views.Everything);
    private readonly HashChainVerifier hashChains = new(finding);
    private readonly List<SegmentDirectory> unindexed = [];
    private long halves;

    public async Task RunAsync(CancellationToken cancel)
    {
        var watermark = await reading.GetWatermarkAsync(cancel);
        var heads = await ListHeadsAsync(cancel);
        using var scratch = new ScratchDatabase(views, folder);
        heads.ForEach(scratch.AddStream);
        await ReplayAsync(scratch, watermark, cancel);
        hashChains.CheckHeads(heads);
        foreach (var table in GetComparisons())
            await table.CompareAsync(scratch.Connection, reading.Connection, finding, cancel);
        foreach (var head in heads)
            await CheckStreamAsync(head, new TailView(watermark, unindexed), cancel);
    }

    private async Task<List<StreamHead>> ListHeadsAsync(CancellationToken cancel)
    {
        var heads = new List<StreamHead>();
        for (List<StreamHead> page = [new("", 0, 0, [])]; page.Count > 0; heads.AddRange(page))
            page = await reading.ListHeadsAsync(page[^1].StreamNo, HeadPageSize, cancel);
        return heads;
    }

    private IEnumerable<TableComparison> GetComparisons() =>
    [
        new("segment_index", ["stream_no", "first_version"],
            ["count", "position", "payload_offset", "payload_length", "recorded_at", "occurred_from", "occurred_to"]),
        new("fact_keys", ["stream_no", "key", "version"], []),
        new("due", ["stream", "kind", "key"], ["due_at"]),
        .. views.All.Select(v => new TableComparison(v.Name, ViewSql.KeyColumns(v), ViewSql.OtherColumns(v))),
    ];

    /// <summary>Goes through all segments in their order, and describes them again.</summary>
    private async Task ReplayAsync(ScratchDatabase scratch, long watermark, CancellationToken cancel)
    {
        var last = 0L;
        var segments = reading.ReadSegmentsAsync(0, long.MaxValue, cancel).GetAsyncEnumerator(cancel);
        await using var reads = segments;
        while (await MoveNextAsync(segments, last))
        {
            var segment = segments.Current;
            if (segment.Directory.Position != last + 1)
                finding($"segments: after position {last} comes {segment.Directory.Position}");
            last = segment.Directory.Position;
            if (segment.FactCount != segment.Directory.Entries.Sum(entry => (long)entry.Count))
                finding($"segments: position {last} says that it holds {segment.FactCount} facts, and its directory says otherwise");
            foreach (var entry in segment.Directory.Entries)
                CheckEntry(segment, entry, last > watermark);
            if (last > watermark)
                unindexed.Add(segment.Directory);
            if (replay.IsFull || last == watermark)
                Write(scratch, last <= watermark);
            checkedFacts(halves / 2);
        }
        Write(scratch, last <= watermark);
    }

    /// <summary>The next segment; none after one whose directory cannot be read.</summary>
    private async Task<bool> MoveNextAsync(IAsyncEnumerator<Segment> segments, long last)
    {
        try
        {
            return await segments.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            finding($"segments: {e.Message} What comes after position {last} was not checked.");
            return false;
        }
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
            hashChains.CheckAppend(segment, entry);
            var told = replay.Project(segment, entry);
            // What the index holds is compared with the index; what it will be made from is compared here.
            if (isTail && !told.HasSameIndexKeys(entry))
                finding($"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}: its directory does not say what it is found by");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            finding($"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}: it cannot be read: {e.Message}");
        }
    }

    /// <summary>Folds a stream from its first fact, as a grain would without a snapshot, and compares its snapshot and balances.</summary>
    private async Task CheckStreamAsync(StreamHead head, TailView view, CancellationToken cancel)
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
            var compared = snapshot is null;
            await foreach (var run in reading.ReadStreamAsync(view, head, 1, cancel))
            {
                fold.Apply(run, head.Version);
                if (fold.Version == snapshot?.Version)
                    compared = CheckSnapshot(fold, snapshot);
                halves += run.Count;
                checkedFacts(halves / 2);
            }
            if (!compared)
                finding($"{head.Stream} version {snapshot!.Version}: a snapshot says so, and no append ends there");
            foreach (var wrong in fold.FindInconsistencies(reading.Connection))
                finding($"{head.Stream}: {wrong}");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            finding($"{head.Stream}: it cannot be folded: {e.Message}");
        }
    }

    /// <summary>What reading or folding facts throws that are not what they should be.</summary>
    private static bool IsUnreadable(Exception e) => e is
        JsonException or InvalidDataException or ArgumentException or InvalidOperationException or OverflowException or FormatException or KeyNotFoundException;

    private bool CheckSnapshot(IFold fold, Snapshot snapshot)
    {
        if (!fold.SerializeState().AsSpan().SequenceEqual(fold.Normalize(snapshot.Payload)))
            finding($"{snapshot.Stream} version {snapshot.Version}: its snapshot is not what the facts come to");
        return true;
    }
}
