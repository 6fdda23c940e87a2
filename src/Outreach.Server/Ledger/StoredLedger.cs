using System.Data.Common;
using System.Runtime.CompilerServices;
using NodaTime;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Ledger;

// How a write becomes durable, once, and fast.
//
// The log of facts is the truth; states of grains, views, indexes and snapshots are computed from it and can be thrown away.
//
// 1. Decide and fold, on the turn. A grain holds a Journal. Append folds the facts into the state at once, writes them as
//    JSON, extends the stream's chain of hashes and tells what they do to views; then it queues all that and returns a
//    task. Nothing awaits between deciding and folding, so a grain may interleave its calls: the next call decides on the
//    state to come while the disk is busy with the one before.
//
// 2. Commit in groups. One Writer a process takes whatever is queued, up to a megabyte, and writes it as one transaction;
//    what arrives meanwhile is the next group. It never waits for company: under load groups form by themselves, and the
//    sync to disk is shared by all of them. Rows of views are merged in memory for the whole group before they are
//    written. A group is one row of the table segments: a directory of what was appended to which stream, and the facts.
//    A row for each fact, with its indexes, costs three times as much and more, because every random key dirties a page.
//
// 3. Heads and poison. A commit must find each stream's head (version and hash) as its appends expect it. If another
//    activation of the grain was first, the loser's owner is poisoned: all it has queued fails, and the rest of the group
//    is tried again without it. By owner and not by append, because appends are pipelined: after the stale version 10 is
//    refused, the stale 11 would fit behind the other activation's 10. (The hash in the head would catch that one too.)
//    If the store fails or does not answer, nobody knows what was written: all owners in the group are poisoned in the
//    same way, and the grains load what is there.
//
// 4. Tail and watermark. Finding a stream's facts and known ids needs indexes, and keeping those in the commit is what
//    makes random ids dear. So the commit does not: the directories after the watermark are kept in memory (the Tail), and
//    the Indexer moves them into the tables segment_index and fact_keys in sorted pieces. A search is the union of both; it
//    looks at the tail first, because what leaves the tail is in the tables already. The tail is bounded: commits are held
//    back when the indexer cannot follow.
//
// 5. Snapshots bound the start. They are written beside the facts when a thousand were added and these weigh four
//    snapshots, and at deactivation. Loading folds the tail behind one, and checks that the hashes lead to the head; if they do
//    not, it starts from the first fact, and if that does not help, refuses: somebody changed what is stored.
//
// 6. The feed has no gaps. A commit's position comes from one counter, whose row a PostgreSQL commit holds until it ends:
//    so positions become visible in their order, and who has seen position n has seen all before it. (A sequence would let
//    a higher number commit before a lower one.) The process that commits tells its followers at once; others look
//    every 75 ms, and read from the store what they have not heard of. So it is with the tail.
//
// 7. Promises are rows written in the same commit. Whoever tells of one first puts its next telling off in the store, and
//    so at least one telling reaches a living keeper, whatever dies in between.
//
// Facts are JSON, because they must be readable for ever and read well in an audit. Measured at 1,000,000 encounters on
// one core: JSON takes 0.8 microseconds and 445 bytes to write and 3.0 to read, protobuf 1.1 (with the mapping into
// messages) and 165 bytes, and 1.0 to read. Runs of 4 KiB and more are compressed (Brotli, the fastest but one): 0.5
// microseconds and about 40 bytes a fact where they come in hundreds, 0.3 to read, and protobuf would not be smaller then.
// A single encounter stays as it is: it would not shrink by much. Each run is compressed on its own, so that it is read alone.

/// <summary>The ledger on a store. The essay above this class explains it.</summary>
internal sealed class StoredLedger : ILedger, IAsyncDisposable
{
    /// <summary>Facts after the last snapshot at which a deactivation takes another.</summary>
    public const int CloseSnapshotInterval = 50;

    private const int SlicePageSize = 500;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(75);

    /// <summary>How long a look may take; one that takes longer is given up, and counts as one that failed.</summary>
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(5);

    private readonly IStore store;
    private readonly ILogger log;
    private readonly UnindexedTail tail = new();
    private readonly Feed feed;
    private readonly Indexer indexer;
    private bool disposed;
    private readonly CancellationTokenSource stopping = new();
    private bool isPollHealthy = true;
    private long lastPollAt = Environment.TickCount64;
    private Task polling = Task.CompletedTask;

    public StoredLedger(IStore store, ViewRegistry views, IReadOnlyList<IStreamDefinition> families, IClock clock, LedgerOptions options, ILogger log)
    {
        (this.store, Options) = (store, options);
        feed = new Feed(store);
        Writer = new GroupCommitWriter(store, views, clock, options, log, Health, OnCommitted);
        indexer = new Indexer(store, Writer, tail, options, log);
        this.log = log;
        (Views, StreamDefinitions) = (views, families.ToDictionary(f => f.Category));
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

    /// <summary>Opens the store and brings it up to date.</summary>
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

    public async Task<Journal<TState, TFact>> OpenAsync<TState, TFact>(StreamDefinition<TState, TFact> family, string id, CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var loader = new StreamLoader<TState, TFact>(family, id);
        var view = tail.GetView();
        await using var reading = await LedgerReader.OpenAsync(store, cancel);
        var position = await reading.GetPositionAsync(cancel);
        view = await tail.CatchUpAsync(view, reading, position, cancel);
        return new Journal<TState, TFact>(family, id, this, await loader.LoadAsync(reading, view, cancel));
    }

    public async IAsyncEnumerable<RecordedFact<TFact>> ReadAsync<TState, TFact>(
        StreamDefinition<TState, TFact> family, string id, long fromVersion, long toVersion, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var stream = StreamName.Create(family.Category, id);
        while (fromVersion <= toVersion)
        {
            var runs = await ReadRunsAsync(stream, (streamNo, reading, view) => FindSlicesForwardsAsync(reading, view, stream, streamNo, fromVersion, toVersion, cancel), cancel);
            foreach (var fact in runs.SelectMany(run => ReadFacts(family, id, run)))
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
        StreamDefinition<TState, TFact> family, long belowPosition, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        while (belowPosition > 1)
        {
            var (segments, lowest) = await ReadSegmentsBelowAsync(belowPosition, cancel);
            foreach (var segment in segments)
                foreach (var entry in segment.Directory.Entries.Reverse())
                    if (StreamName.Split(entry.Stream) is var (name, id) && name == family.Category && TryReadFacts(family, id, segment, entry) is { } facts)
                        yield return (segment.Directory.Position, facts);
            belowPosition = lowest;
        }
    }

    public async Task<IReadOnlyDictionary<Guid, long[]>> FindVersionsAsync(string stream, IReadOnlyCollection<Guid> keys, CancellationToken cancel)
    {
        var found = new Dictionary<Guid, SortedSet<long>>();
        void Found(Guid key, long version) =>
            (found.TryGetValue(key, out var versions) ? versions : found[key] = []).Add(version);
        var wanted = keys.ToHashSet();
        var view = tail.GetView();
        await using var reading = await LedgerReader.OpenAsync(store, cancel);
        view = await tail.CatchUpAsync(view, reading, await reading.GetPositionAsync(cancel), cancel);
        view.FindKeys(stream, wanted, Found);
        if (await reading.FindHeadAsync(stream, cancel) is { } head)
            await reading.FindKeysAsync(head.StreamNo, wanted, Found, cancel);
        return found.ToDictionary(f => f.Key, f => f.Value.ToArray());
    }

    public IAsyncEnumerable<Commit> FollowAsync(long afterPosition, CancellationToken cancel) => feed.FollowAsync(afterPosition, cancel);

    public async Task<DbConnection> OpenViewsAsync(CancellationToken cancel) => await store.OpenReaderAsync(cancel);

    /// <summary>Writes what is queued, then closes the store. The second time it does nothing: a container disposes each of its names.</summary>
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

    /// <summary>Computes views, index and promises from the facts again. Writes wait while it runs.</summary>
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
        log.LogError(e, "{What} cannot be read, and is missing from a list. Run verify", what);
    }

    private static async Task<List<SegmentSlice>> FindSlicesForwardsAsync(
        LedgerReader reading, TailView view, string stream, long streamNo, long from, long to, CancellationToken cancel)
    {
        var places = await reading.FindSlicesAsync(streamNo, from, to, SlicePageSize, cancel);
        if (places.Count < SlicePageSize)
            places.AddRange(view.FindSlices(stream, places.Count == 0 ? from : Math.Max(from, places[^1].LastVersion + 1), to).Take(SlicePageSize));
        return places;
    }

    private static async Task<List<SegmentSlice>> FindSlicesBackwardsAsync(
        LedgerReader reading, TailView view, string stream, long streamNo, long below, OccurredRange moments, CancellationToken cancel)
    {
        const int few = 32;
        var places = view.FindSlicesBelow(stream, below, moments).Take(few).ToList();
        if (places.Count < few)
            places.AddRange(await reading.FindSlicesBelowAsync(
                streamNo, places.Count == 0 ? below : places[^1].FirstVersion, moments, few - places.Count, cancel));
        return places;
    }

    /// <summary>Some runs of a stream, found through the tail and the index at one moment; none where the stream has no facts.</summary>
    private async Task<List<FactRun>> ReadRunsAsync(string stream, Func<long, LedgerReader, TailView, Task<List<SegmentSlice>>> places, CancellationToken cancel)
    {
        var view = tail.GetView();
        await using var reading = await LedgerReader.OpenAsync(store, cancel);
        view = await tail.CatchUpAsync(view, reading, await reading.GetPositionAsync(cancel), cancel);
        if (await reading.FindHeadAsync(stream, cancel) is not { } head)
            return [];
        var runs = new List<FactRun>();
        await foreach (var run in reading.ReadRunsAsync(await places(head.StreamNo, reading, view), cancel))
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

    private void Refill(ProjectionScope changed)
    {
        var progress = new RefillLog(log);
        progress.Begin(changed);
        Rebuild(changed, progress.Report);
        progress.End();
    }

    /// <summary>Runs on the writer's thread.</summary>
    /// <returns>The position that everything in the scope is computed up to.</returns>
    private long Rebuild(ProjectionScope scope, Action<RebuildProgress> report)
    {
        var rebuild = new LedgerRebuilder(new ReplayBatch(Views, StreamDefinitions, scope), report);
        store.Rebuild(scope, rebuild.Run);
        return rebuild.Position;
    }

    /// <summary>Looks what other processes have committed.</summary>
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
            await using var reading = await LedgerReader.OpenAsync(store, limit.Token);
            var position = await reading.GetPositionAsync(limit.Token);
            indexer.AdvanceTo(await reading.GetWatermarkAsync(limit.Token));
            await tail.CatchUpAsync(view, reading, position, limit.Token);
            feed.AdvanceTo(position);
            (isPollHealthy, lastPollAt) = (true, Environment.TickCount64);
        }
#pragma warning disable CA1031 // The next look may succeed, and without it this process would never see the others again.
        catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (isPollHealthy)
                log.LogWarning(e, "Other processes' commits cannot be seen now");
            isPollHealthy = false;
            // Whoever relies on hearing of every change must know that there may be some; a look that comes late is none that failed.
            if (Environment.TickCount64 - lastPollAt >= PollTimeout.TotalMilliseconds)
                feed.FailWaiters(new StoreUnavailableException("Other processes' commits cannot be seen now.", e));
        }
    }

    /// <summary>On the writer's thread, after each commit and before its callers hear of it.</summary>
    private void OnCommitted(SegmentDirectory listing)
    {
        tail.Add(listing);
        feed.Publish(listing);
        indexer.Signal();
    }
}
