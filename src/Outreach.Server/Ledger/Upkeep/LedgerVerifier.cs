using System.Text.Json;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>
/// Checks one consistent state of the ledger: segments for gaps, hash chains against the heads, the index, keys, promises
/// and views against a replay, and snapshots and balances against states folded from the first event. Writes continue
/// meanwhile.
/// </summary>
/// <param name="folder">The folder for the scratch database.</param>
/// <param name="finding">Called with each thing that is wrong.</param>
/// <param name="checkedFacts">
/// Called with the number of events checked. Each event is read twice and counts half each time.
/// </param>
internal sealed class LedgerVerifier(
    LedgerReader reader, ViewRegistry views, IReadOnlyDictionary<string, IStreamDefinition> definitions, string folder, Action<string> finding, Action<long> checkedFacts)
{
    private const int HeadPageSize = 1_000;

    private readonly ReplayBatch replay = new(views, definitions, views.Everything);
    private readonly HashChainVerifier hashChains = new(finding);
    private readonly List<SegmentDirectory> unindexed = [];
    private long halves;

    public async Task RunAsync(CancellationToken cancel)
    {
        var watermark = await reader.GetWatermarkAsync(cancel);
        var heads = await ListHeadsAsync(cancel);
        using var scratch = new ScratchDatabase(views, folder);
        heads.ForEach(scratch.AddStream);
        await ReplayAsync(scratch, watermark, cancel);
        hashChains.CheckHeads(heads);
        foreach (var table in GetComparisons())
            await table.CompareAsync(scratch.Connection, reader.Connection, finding, cancel);
        foreach (var head in heads)
            await CheckStreamAsync(head, new TailView(watermark, unindexed), cancel);
    }

    private async Task<List<StreamHead>> ListHeadsAsync(CancellationToken cancel)
    {
        var heads = new List<StreamHead>();
        for (List<StreamHead> page = [new("", 0, 0, [])]; page.Count > 0; heads.AddRange(page))
            page = await reader.ListHeadsAsync(page[^1].StreamNo, HeadPageSize, cancel);
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

    /// <summary>Replays all segments in order.</summary>
    private async Task ReplayAsync(ScratchDatabase scratch, long watermark, CancellationToken cancel)
    {
        var last = 0L;
        var segments = reader.ReadSegmentsAsync(0, long.MaxValue, cancel).GetAsyncEnumerator(cancel);
        await using var reads = segments;
        while (await MoveNextAsync(segments, last))
        {
            var segment = segments.Current;
            if (segment.Directory.Position != last + 1)
                finding($"segments: expected position {last + 1}, found {segment.Directory.Position}");
            last = segment.Directory.Position;
            if (segment.FactCount != segment.Directory.Entries.Sum(entry => (long)entry.Count))
                finding($"segments: position {last} has {segment.FactCount} events by its row and another number by its directory");
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

    /// <summary>Moves to the next segment; ends at one with an unreadable directory.</summary>
    private async Task<bool> MoveNextAsync(IAsyncEnumerator<Segment> segments, long last)
    {
        try
        {
            return await segments.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            finding($"segments: {e.Message} Segments after position {last} were not checked.");
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
            finding($"segments: the replay gives contradictory rows: {e.Message}");
            replay.Clear();
        }
    }

    private void CheckEntry(Segment segment, SegmentEntry entry, bool isTail)
    {
        halves += entry.Count;
        try
        {
            hashChains.CheckAppend(segment, entry);
            var projected = replay.Project(segment, entry);
            // Indexed entries are compared with the index; entries that are not indexed yet are compared here.
            if (isTail && !projected.HasSameIndexKeys(entry))
                finding($"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}: its directory has other keys or times than its events");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            finding($"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}: cannot be read: {e.Message}");
        }
    }

    /// <summary>Folds a stream from its first event, as a grain would without a snapshot, and compares its snapshot and balances.</summary>
    private async Task CheckStreamAsync(StreamHead head, TailView view, CancellationToken cancel)
    {
        var (category, id) = StreamName.Split(head.Stream);
        if (!definitions.TryGetValue(category, out var definition))
        {
            finding($"{head.Stream}: no stream definition has the category {category}");
            return;
        }
        var snapshot = await reader.FindSnapshotAsync(head.Stream, definition.SnapshotSchemaVersion, cancel);
        try
        {
            var fold = definition.CreateFold(id);
            var compared = snapshot is null;
            await foreach (var run in reader.ReadStreamAsync(view, head, 1, cancel))
            {
                fold.Apply(run, head.Version);
                if (fold.Version == snapshot?.Version)
                    compared = CheckSnapshot(fold, snapshot);
                halves += run.Count;
                checkedFacts(halves / 2);
            }
            if (!compared)
                finding($"{head.Stream} version {snapshot!.Version}: a snapshot has this version, and no append ends there");
            foreach (var inconsistency in fold.FindInconsistencies(reader.Connection))
                finding($"{head.Stream}: {inconsistency}");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            finding($"{head.Stream}: cannot be folded: {e.Message}");
        }
    }

    /// <summary>True if reading or folding threw this because the stored events are invalid.</summary>
    private static bool IsUnreadable(Exception e) => e is
        JsonException or InvalidDataException or ArgumentException or InvalidOperationException or OverflowException or FormatException or KeyNotFoundException;

    private bool CheckSnapshot(IFold fold, Snapshot snapshot)
    {
        if (!fold.SerializeState().AsSpan().SequenceEqual(fold.Normalize(snapshot.Payload)))
            finding($"{snapshot.Stream} version {snapshot.Version}: its snapshot differs from the replayed state");
        return true;
    }
}
