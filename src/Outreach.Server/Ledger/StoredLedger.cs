using System.Data.Common;
using System.Runtime.CompilerServices;
using NodaTime;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Ledger;

// How a write becomes durable, once, and fast.
//
// The event log is the source of truth. Grain state, views, indexes and snapshots are computed from it and can be deleted.
//
// 1. Decide and fold in one grain turn. A grain holds a Journal. Journal.AppendAsync folds the events into the state at once,
//    serializes them as JSON, extends the stream's hash chain and collects their effects on views; then it queues the append
//    and returns a task. Nothing is awaited between deciding and folding, so a grain may interleave its calls: the next call
//    decides on the new state while the previous append is still being written to disk.
//
// 2. Group commit. One GroupCommitWriter per process takes everything in the queue, up to a megabyte, and writes it in one
//    transaction; appends that arrive meanwhile form the next group. It never waits for a group to fill: under load groups
//    form by themselves and share one sync to disk. View rows are merged in memory for the whole group before they are
//    written. A group is one row of the table segments: a directory of the appends and their streams, and the events. One
//    row per event, with its indexes, costs more than three times as much, because every random key dirties a page.
//
// 3. Heads and revoked owners. A commit requires that each stream's head (version and hash) is the one its appends expect.
//    If another activation of the grain wrote first, the JournalOwner of the stale activation is revoked: everything it
//    has queued fails, and the rest of the group is committed without it. The owner is revoked, not only the one append,
//    because appends are pipelined: after the stale version 10 is rejected, the stale version 11 would fit after the other
//    activation's version 10. (The hash in the head would also catch that.) If the store fails or does not answer, it is
//    not known what was written: all owners in the group are revoked, and their grains reload from the store.
//
// 4. Unindexed tail and watermark. Finding a stream's events and request ids needs indexes, and updating an index of random
//    ids in every commit is expensive. So a commit does not update them: the directories after the watermark stay in memory
//    (UnindexedTail), and the Indexer moves them to the tables segment_index and fact_keys in sorted batches. A search
//    combines both; it reads the tail first, because entries are removed from the tail only once they are in the tables.
//    The tail is bounded: commits wait when the indexer falls behind.
//
// 5. Snapshots bound the time to load a stream. One is written in the same commit once a thousand events were added since
//    the last and these are at least four times its size, and also at deactivation. Loading folds the events after a
//    snapshot and checks that the hash chain ends at the head; if not, it starts from the first event; if that fails
//    too, it throws, because the stored data was changed.
//
// 6. The feed has no gaps. A commit's position comes from one counter, whose row a PostgreSQL transaction locks until it
//    ends: positions become visible in order, and a reader that sees position n sees all positions before it. (With a
//    sequence, a higher number could commit before a lower one.) The process that commits notifies its followers at once;
//    other processes poll every 75 ms and read new commits from the store, for the feed and for the tail.
//
// 7. Promises are rows written in the same commit. The PromisePump schedules the next attempt in the store before it calls
//    the handler, so that each promise is delivered at least once, even if a process ends in between.
//
// Events are stored as JSON, because they must stay readable permanently and be easy to read in an audit. Measured with
// 1,000,000 encounters on one core: JSON takes 0.8 microseconds and 445 bytes per event to write and 3.0 microseconds to
// read; protobuf takes 1.1 (including the mapping to messages) and 165 bytes, and 1.0 to read. Runs of 4 KiB and more are
// compressed with Brotli at its second-fastest quality: 0.5 microseconds and about 40 bytes per event in batches of
// hundreds, 0.3 to read; protobuf would not be smaller. A single encounter is not compressed, because it would not shrink
// much. Each run is compressed separately, so that it can be read on its own.

/// <summary>The ledger on a store. The comment at the top of this file explains the design.</summary>
internal sealed class StoredLedger : ILedger, IAsyncDisposable
{
    /// <summary>The number of events since the last snapshot from which a deactivation saves another.</summary>
    public const int CloseSnapshotInterval = 50;

    private const int SlicePageSize = 500;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(75);

    /// <summary>The longest that one poll may take. A poll that takes longer is cancelled and counts as failed.</summary>
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(5);

    private readonly IStore store;
    private readonly ILogger log;
    private readonly UnindexedTail tail = new();
    private readonly CommitFeed feed;
    private readonly Indexer indexer;
    private bool disposed;
    private readonly CancellationTokenSource stopping = new();
    private bool isPollHealthy = true;
    private long lastPollAt = Environment.TickCount64;
    private Task polling = Task.CompletedTask;

    public StoredLedger(IStore store, ViewRegistry views, IReadOnlyList<IStreamDefinition> definitions, IClock clock, LedgerOptions options, ILogger log)
    {
        (this.store, Options) = (store, options);
        feed = new CommitFeed(store);
        Writer = new GroupCommitWriter(store, views, clock, options, log, Health, OnCommitted);
        indexer = new Indexer(store, Writer, tail, options, log);
        this.log = log;
        (Views, StreamDefinitions) = (views, definitions.ToDictionary(f => f.Category));
    }

    public long Position => feed.Position;

    /// <summary>The last position that the index holds.</summary>
    internal long IndexedPosition => indexer.Watermark;

    /// <summary>What is known of the store's health.</summary>
    public StoreHealth Health { get; } = new();

    internal GroupCommitWriter Writer { get; }

    internal LedgerOptions Options { get; }

    internal IStore Store => store;

    internal ViewRegistry Views { get; }

    internal IReadOnlyDictionary<string, IStreamDefinition> StreamDefinitions { get; }

    internal Indexer Indexer => indexer;

    /// <summary>Opens the store, migrates its tables and refills changed views.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached or belongs to another process.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        await Writer.RunAsync(() =>
        {
            store.Start(Refill);
            return true;
        });
        try
        {
            await LoadTailAsync(cancel);
        }
        catch (InvalidDataException e)
        {
            throw new StoreDamagedException($"{store.Description} is damaged: {e.Message} Restore a backup.", e);
        }
        if (store.IsShared)
            polling = PollLoopAsync();
    }

    private async Task LoadTailAsync(CancellationToken cancel)
    {
        await using var reading = await LedgerReader.OpenAsync(store, cancel);
        var position = await reading.GetPositionAsync(cancel);
        indexer.Start(await reading.GetWatermarkAsync(cancel));
        await tail.CatchUpAsync(tail.GetView(), reading, position, cancel);
        feed.AdvanceTo(position);
    }

    public async Task<Journal<TState, TFact>> OpenAsync<TState, TFact>(StreamDefinition<TState, TFact> definition, string id, CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var loader = new StreamLoader<TState, TFact>(definition, id);
        var view = tail.GetView();
        await using var reader = await LedgerReader.OpenAsync(store, cancel);
        var position = await reader.GetPositionAsync(cancel);
        view = await tail.CatchUpAsync(view, reader, position, cancel);
        return new Journal<TState, TFact>(definition, id, this, await loader.LoadAsync(reader, view, cancel));
    }

    public async IAsyncEnumerable<RecordedFact<TFact>> ReadAsync<TState, TFact>(
        StreamDefinition<TState, TFact> definition, string id, long fromVersion, long toVersion, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var stream = StreamName.Create(definition.Category, id);
        while (fromVersion <= toVersion)
        {
            var runs = await ReadRunsAsync(stream, (streamNo, reader, view) => FindSlicesForwardsAsync(reader, view, stream, streamNo, fromVersion, toVersion, cancel), cancel);
            foreach (var fact in runs.SelectMany(run => ReadFacts(definition, id, run)))
                if (fact.Version >= fromVersion && fact.Version <= toVersion)
                    yield return fact;
            if (runs.Count == 0)
                yield break;
            fromVersion = runs[^1].FirstVersion + runs[^1].Count;
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<RecordedFact<TFact>>> ReadBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long belowVersion, Instant? from, Instant? to, bool skipDamaged, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var moments = OccurredRange.Between(from, to);
        while (belowVersion > 1)
        {
            var (runs, lowest) = await ReadPageBackwardsAsync(family, id, belowVersion, moments, skipDamaged, cancel);
            foreach (var run in runs)
                yield return [.. run.Where(f => f.Version < belowVersion)];
            belowVersion = lowest;
        }
    }

    public async IAsyncEnumerable<(long Position, IReadOnlyList<RecordedFact<TFact>> Facts)> ReadCategoryBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> definition, long belowPosition, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        while (belowPosition > 1)
        {
            var (segments, lowest) = await ReadSegmentsBelowAsync(belowPosition, cancel);
            foreach (var segment in segments)
                foreach (var entry in segment.Directory.Entries.Reverse())
                    if (StreamName.Split(entry.Stream) is var (name, id) && name == definition.Category && TryReadFacts(definition, id, segment, entry) is { } facts)
                        yield return (segment.Directory.Position, facts);
            belowPosition = lowest;
        }
    }

    public async Task<IReadOnlyDictionary<Guid, long[]>> FindVersionsAsync(string stream, IReadOnlyCollection<Guid> keys, CancellationToken cancel)
    {
        var found = new Dictionary<Guid, SortedSet<long>>();
        void Found(Guid key, long version) =>
            (found.TryGetValue(key, out var versions) ? versions : found[key] = []).Add(version);
        var keySet = keys.ToHashSet();
        var view = tail.GetView();
        await using var reader = await LedgerReader.OpenAsync(store, cancel);
        view = await tail.CatchUpAsync(view, reader, await reader.GetPositionAsync(cancel), cancel);
        view.FindKeys(stream, keySet, Found);
        if (await reader.FindHeadAsync(stream, cancel) is { } head)
            await reader.FindKeysAsync(head.StreamNo, keySet, Found, cancel);
        return found.ToDictionary(f => f.Key, f => f.Value.ToArray());
    }

    public IAsyncEnumerable<Commit> FollowAsync(long afterPosition, CancellationToken cancel) => feed.FollowAsync(afterPosition, cancel);

    public async Task<DbConnection> OpenViewsAsync(CancellationToken cancel) => await store.OpenReaderAsync(cancel);

    /// <summary>
    /// Writes what is queued, then closes the store. Further calls do nothing: a service container calls this once for each
    /// registration.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true))
            return;
        await stopping.CancelAsync();
        await polling;
        await indexer.DisposeAsync();
        Writer.Dispose();
        await store.DisposeAsync();
        stopping.Dispose();
    }

    /// <summary>Computes views, index and promises again from the events. Writes wait while it runs.</summary>
    internal Task RebuildAsync(Action<RebuildProgress> report) => Writer.RunAsync(() =>
    {
        var position = Rebuild(Views.Everything, report);
        indexer.AdvanceTo(position);
        return position;
    });

    /// <summary>Writes and syncs something of no meaning, as a commit would.</summary>
    /// <exception cref="StoreUnavailableException">It failed.</exception>
    internal async Task ProbeAsync()
    {
        try
        {
            await Writer.RunWriteAsync(() =>
            {
                store.Probe();
                return true;
            });
            Health.ReportWrite();
        }
        catch (StoreUnavailableException e)
        {
            Health.ReportFailure(e);
            throw;
        }
    }

    /// <summary>Keeps a snapshot of durable facts.</summary>
    internal Task SaveSnapshotAsync(Snapshot snapshot) => Writer.RunWriteAsync(() =>
    {
        store.SaveSnapshot(snapshot);
        return true;
    });

    private static List<RecordedFact<TFact>> ReadFacts<TState, TFact>(StreamDefinition<TState, TFact> family, string id, FactRun run)
        where TState : class
        where TFact : class
    {
        var facts = new List<RecordedFact<TFact>>(run.Count);
        var reader = new FactReader<TFact>(family.FactJson, run.Json.Span);
        while (reader.TryRead(out var fact))
            facts.Add(new RecordedFact<TFact>(id, run.FirstVersion + facts.Count, run.RecordedAt, fact));
        return facts;
    }

    /// <summary>The facts of some appends below a version, downwards, and the lowest version that was looked at; 1 where there are none.</summary>
    private async Task<(List<List<RecordedFact<TFact>>> Runs, long Lowest)> ReadPageBackwardsAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long below, OccurredRange moments, bool skipDamaged, CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var stream = StreamName.Create(family.Category, id);
        var view = tail.GetView();
        await using var reading = await LedgerReader.OpenAsync(store, cancel);
        view = await tail.CatchUpAsync(view, reading, await reading.GetPositionAsync(cancel), cancel);
        if (await reading.FindHeadAsync(stream, cancel) is not { } head)
            return ([], 1);
        var slices = await FindSlicesBackwardsAsync(reading, view, stream, head.StreamNo, below, moments, cancel);
        var runs = new List<List<RecordedFact<TFact>>>(slices.Count);
        foreach (var segment in slices.GroupBy(slice => slice.Position).Select(group => group.ToArray()))
            try
            {
                runs.AddRange(await ReadSlicesAsync(family, id, reading, segment, cancel));
            }
            catch (Exception e) when (skipDamaged && FactRun.IsUnreadable(e))
            {
                foreach (var slice in segment)
                    runs.AddRange(await TryReadSliceAsync(family, id, reading, slice, cancel));
            }
        return (runs, slices.Count == 0 ? 1 : slices[^1].FirstVersion);
    }

    private static async Task<List<List<RecordedFact<TFact>>>> ReadSlicesAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, LedgerReader reading, IReadOnlyList<SegmentSlice> slices, CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var runs = new List<List<RecordedFact<TFact>>>(slices.Count);
        await foreach (var run in reading.ReadRunsAsync(slices, cancel))
            runs.Add(ReadFacts(family, id, run));
        return runs;
    }

    private async Task<List<List<RecordedFact<TFact>>>> TryReadSliceAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, LedgerReader reading, SegmentSlice slice, CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        try
        {
            return await ReadSlicesAsync(family, id, reading, [slice], cancel);
        }
        catch (Exception e) when (FactRun.IsUnreadable(e))
        {
            LogDamaged(e, $"{StreamName.Create(family.Category, id)} version {slice.FirstVersion} at position {slice.Position}");
            return [];
        }
    }

    private void LogDamaged(Exception e, string what)
    {
        Health.ReportFailure(e as StoreDamagedException ?? new StoreDamagedException($"{what} cannot be read.", e));
        log.LogError(e, "{What} is damaged and was left out of a list. Run verify", what);
    }

    private static async Task<List<SegmentSlice>> FindSlicesForwardsAsync(
        LedgerReader reader, TailSnapshot view, string stream, long streamNo, long from, long to, CancellationToken cancel)
    {
        var slices = await reader.FindSlicesAsync(streamNo, from, to, SlicePageSize, cancel);
        if (slices.Count < SlicePageSize)
            slices.AddRange(view.FindSlices(stream, slices.Count == 0 ? from : Math.Max(from, slices[^1].LastVersion + 1), to).Take(SlicePageSize));
        return slices;
    }

    private static async Task<List<SegmentSlice>> FindSlicesBackwardsAsync(
        LedgerReader reader, TailSnapshot view, string stream, long streamNo, long below, OccurredRange occurred, CancellationToken cancel)
    {
        const int pageSize = 32;
        var slices = view.FindSlicesBelow(stream, below, occurred).Take(pageSize).ToList();
        if (slices.Count < pageSize)
            slices.AddRange(await reader.FindSlicesBelowAsync(
                streamNo, slices.Count == 0 ? below : slices[^1].FirstVersion, occurred, pageSize - slices.Count, cancel));
        return slices;
    }

    /// <summary>Reads some runs of a stream through one consistent view of tail and index; empty if the stream has no events.</summary>
    private async Task<List<FactRun>> ReadRunsAsync(string stream, Func<long, LedgerReader, TailSnapshot, Task<List<SegmentSlice>>> slices, CancellationToken cancel)
    {
        var view = tail.GetView();
        await using var reader = await LedgerReader.OpenAsync(store, cancel);
        view = await tail.CatchUpAsync(view, reader, await reader.GetPositionAsync(cancel), cancel);
        if (await reader.FindHeadAsync(stream, cancel) is not { } head)
            return [];
        var runs = new List<FactRun>();
        await foreach (var run in reader.ReadRunsAsync(await slices(head.StreamNo, reader, view), cancel))
            runs.Add(run);
        return runs;
    }

    /// <summary>Some segments below a position, downwards, and the lowest position that was looked at; damaged ones are left out.</summary>
    private async Task<(List<Segment> Segments, long Lowest)> ReadSegmentsBelowAsync(long below, CancellationToken cancel)
    {
        await using var reading = await LedgerReader.OpenAsync(store, cancel);
        try
        {
            var page = await reading.ReadSegmentsBelowAsync(below, LedgerReader.SegmentPageSize, cancel);
            return (page, page.Count == 0 ? 0 : page[^1].Directory.Position);
        }
        catch (Exception e) when (FactRun.IsUnreadable(e))
        {
            // One of them is damaged; the others are read one by one.
        }
        var next = await reading.GetPositionBelowAsync(below, cancel);
        try
        {
            return (await reading.ReadSegmentsBelowAsync(below, 1, cancel), next);
        }
        catch (Exception e) when (FactRun.IsUnreadable(e))
        {
            LogDamaged(e, $"the segment at position {next}");
            return ([], next);
        }
    }

    private IReadOnlyList<RecordedFact<TFact>>? TryReadFacts<TState, TFact>(StreamDefinition<TState, TFact> family, string id, Segment segment, SegmentEntry entry)
        where TState : class
        where TFact : class
    {
        try
        {
            return ReadFacts(family, id, segment.ReadRun(entry));
        }
        catch (Exception e) when (FactRun.IsUnreadable(e))
        {
            LogDamaged(e, $"{entry.Stream} version {entry.FirstVersion} at position {segment.Directory.Position}");
            return null;
        }
    }

    private void Refill(ReplayScope changed)
    {
        var progress = new RebuildProgressLog(log);
        progress.Begin(changed);
        Rebuild(changed, progress.Report);
        progress.End();
    }

    /// <summary>Runs on the writer's thread.</summary>
    /// <returns>The position up to which everything in the scope is computed.</returns>
    private long Rebuild(ReplayScope scope, Action<RebuildProgress> report)
    {
        var rebuild = new LedgerRebuilder(new ReplayBatch(Views, StreamDefinitions, scope), report);
        store.Rebuild(scope, rebuild.Run);
        return rebuild.Position;
    }

    /// <summary>Polls for commits of other processes.</summary>
    private async Task PollLoopAsync()
    {
        using var timer = new PeriodicTimer(PollInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
                await PollAsync();
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The ledger is closed.
        }
    }

    private async Task PollAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        limit.CancelAfter(PollTimeout);
        try
        {
            var view = tail.GetView();
            await using var reader = await LedgerReader.OpenAsync(store, limit.Token);
            var position = await reader.GetPositionAsync(limit.Token);
            indexer.AdvanceTo(await reader.GetWatermarkAsync(limit.Token));
            await tail.CatchUpAsync(view, reader, position, limit.Token);
            feed.AdvanceTo(position);
            (isPollHealthy, lastPollAt) = (true, Environment.TickCount64);
        }
#pragma warning disable CA1031 // The next poll may succeed. If this loop ended, the process would never see other processes' commits again.
        catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (isPollHealthy)
                log.LogWarning(e, "Other processes' commits cannot be read now; polling goes on");
            isPollHealthy = false;
            // Followers rely on seeing every change, so they must know that they may have missed some. A poll that is merely late has not failed.
            if (Environment.TickCount64 - lastPollAt >= PollTimeout.TotalMilliseconds)
                feed.FailWaiters(new StoreUnavailableException("Other processes' commits cannot be read now.", e));
        }
    }

    /// <summary>Runs on the writer's thread, after each commit and before its callers are completed.</summary>
    private void OnCommitted(SegmentDirectory directory)
    {
        tail.Add(directory);
        feed.Publish(directory);
        indexer.Signal();
    }
}
