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
    public const int SnapshotAtClose = 50;

    private const int PlacesAtOnce = 500;

    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(75);

    /// <summary>How long a look may take; one that takes longer is given up, and counts as one that failed.</summary>
    private static readonly TimeSpan LookTakes = TimeSpan.FromSeconds(5);

    private readonly IStore store;
    private readonly ILogger log;
    private readonly Tail tail = new();
    private readonly Feed feed;
    private readonly Indexer indexer;
    private bool disposed;
    private readonly CancellationTokenSource ending = new();
    private bool sees = true;
    private long seenAt = Environment.TickCount64;
    private Task watching = Task.CompletedTask;

    public StoredLedger(IStore store, ViewCatalog views, IReadOnlyList<IFamily> families, IClock clock, LedgerOptions options, ILogger log)
    {
        (this.store, Options) = (store, options);
        feed = new Feed(store);
        Writer = new Writer(store, views, clock, options, log, Committed);
        indexer = new Indexer(store, Writer, tail, options, log);
        this.log = log;
        (Views, Families) = (views, families.ToDictionary(f => f.Name));
    }

    public long Position => feed.Position;

    /// <summary>The last position that the index holds.</summary>
    internal long IndexedPosition => indexer.Watermark;

    internal Writer Writer { get; }

    internal LedgerOptions Options { get; }

    internal IStore Store => store;

    internal ViewCatalog Views { get; }

    internal IReadOnlyDictionary<string, IFamily> Families { get; }

    internal Indexer Indexer => indexer;

    /// <summary>Opens the store and brings it up to date.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached or belongs to another process.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        await Writer.RunAsync(() =>
        {
            store.Start(() => Rebuild(_ => { }));
            return true;
        });
        await using var reading = await Reading.OpenAsync(store, cancel);
        var position = await reading.PositionAsync(cancel);
        indexer.Start(await reading.WatermarkAsync(cancel));
        await tail.CatchUpAsync(tail.View(), reading, position, cancel);
        feed.MoveTo(position);
        if (store.Shared)
            watching = WatchAsync();
    }

    public async Task<Journal<TState, TFact>> OpenAsync<TState, TFact>(Family<TState, TFact> family, string id, CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var loader = new Loader<TState, TFact>(family, id);
        var view = tail.View();
        await using var reading = await Reading.OpenAsync(store, cancel);
        var position = await reading.PositionAsync(cancel);
        view = await tail.CatchUpAsync(view, reading, position, cancel);
        return new Journal<TState, TFact>(family, id, this, await loader.LoadAsync(reading, view, cancel));
    }

    public async IAsyncEnumerable<Recorded<TFact>> ReadAsync<TState, TFact>(
        Family<TState, TFact> family, string id, long fromVersion, long toVersion, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var stream = StreamName.Of(family.Name, id);
        while (fromVersion <= toVersion)
        {
            var runs = await PageAsync(stream, (streamNo, reading, view) => PlacesUp(reading, view, stream, streamNo, fromVersion, toVersion, cancel), cancel);
            foreach (var fact in runs.SelectMany(run => Facts(family, id, run)))
                if (fact.Version >= fromVersion && fact.Version <= toVersion)
                    yield return fact;
            if (runs.Count == 0)
                yield break;
            fromVersion = runs[^1].FirstVersion + runs[^1].Count;
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<Recorded<TFact>>> ReadBackAsync<TState, TFact>(
        Family<TState, TFact> family, string id, long belowVersion, Instant? from, Instant? to, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        var stream = StreamName.Of(family.Name, id);
        var moments = Moments.Between(from, to);
        while (belowVersion > 1)
        {
            var runs = await PageAsync(stream, (streamNo, reading, view) => PlacesDown(reading, view, stream, streamNo, belowVersion, moments, cancel), cancel);
            foreach (var run in runs)
                yield return [.. Facts(family, id, run).Where(f => f.Version < belowVersion)];
            if (runs.Count == 0)
                yield break;
            belowVersion = runs[^1].FirstVersion;
        }
    }

    public async IAsyncEnumerable<(long Position, IReadOnlyList<Recorded<TFact>> Facts)> ReadFamilyBackAsync<TState, TFact>(
        Family<TState, TFact> family, long belowPosition, [EnumeratorCancellation] CancellationToken cancel)
        where TState : class
        where TFact : class
    {
        while (belowPosition > 1)
        {
            var segments = await SegmentsBelowAsync(belowPosition, cancel);
            foreach (var segment in segments)
                foreach (var entry in segment.Listing.Entries.Reverse())
                    if (StreamName.Split(entry.Stream) is var (name, id) && name == family.Name)
                        yield return (segment.Listing.Position, [.. Facts(family, id, segment.RunOf(entry))]);
            if (segments.Count == 0)
                yield break;
            belowPosition = segments[^1].Listing.Position;
        }
    }

    public async Task<IReadOnlyDictionary<Guid, long[]>> FindAsync(string stream, IReadOnlyCollection<Guid> keys, CancellationToken cancel)
    {
        var found = new Dictionary<Guid, SortedSet<long>>();
        void Found(Guid key, long version) =>
            (found.TryGetValue(key, out var versions) ? versions : found[key] = []).Add(version);
        var wanted = keys.ToHashSet();
        var view = tail.View();
        await using var reading = await Reading.OpenAsync(store, cancel);
        view = await tail.CatchUpAsync(view, reading, await reading.PositionAsync(cancel), cancel);
        view.Find(stream, wanted, Found);
        if (await reading.HeadAsync(stream, cancel) is { } head)
            await reading.FindAsync(head.StreamNo, wanted, Found, cancel);
        return found.ToDictionary(f => f.Key, f => f.Value.ToArray());
    }

    public IAsyncEnumerable<Commit> FollowAsync(long afterPosition, CancellationToken cancel) => feed.FollowAsync(afterPosition, cancel);

    public async Task<DbConnection> OpenViewsAsync(CancellationToken cancel) => await store.OpenReaderAsync(cancel);

    /// <summary>Writes what is queued, then closes the store. The second time it does nothing: a container disposes each of its names.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true))
            return;
        await ending.CancelAsync();
        await watching;
        await indexer.DisposeAsync();
        Writer.Dispose();
        await store.DisposeAsync();
        ending.Dispose();
    }

    /// <summary>Makes everything that is computed anew from the facts. Writes wait while it runs.</summary>
    internal Task RebuildAsync(Action<long> replayed) => Writer.RunAsync(() =>
    {
        var position = Rebuild(replayed);
        indexer.Reach(position);
        return position;
    });

    /// <summary>Keeps a snapshot of durable facts.</summary>
    internal Task KeepAsync(Snapshot snapshot) => Writer.RunAsideAsync(() =>
    {
        store.Keep(snapshot);
        return true;
    });

    private static IEnumerable<Recorded<TFact>> Facts<TState, TFact>(Family<TState, TFact> family, string id, Run run)
        where TState : class
        where TFact : class
    {
        var facts = new List<Recorded<TFact>>(run.Count);
        var reader = new FactReader<TFact>(family.FactJson, run.Payload.Span);
        while (reader.Next(out var fact))
            facts.Add(new Recorded<TFact>(id, run.FirstVersion + facts.Count, run.RecordedAt, fact));
        return facts;
    }

    private static async Task<List<Place>> PlacesUp(
        Reading reading, TailView view, string stream, long streamNo, long from, long to, CancellationToken cancel)
    {
        var places = await reading.PlacesAsync(streamNo, from, to, PlacesAtOnce, cancel);
        if (places.Count < PlacesAtOnce)
            places.AddRange(view.Places(stream, places.Count == 0 ? from : Math.Max(from, places[^1].LastVersion + 1), to).Take(PlacesAtOnce));
        return places;
    }

    private static async Task<List<Place>> PlacesDown(
        Reading reading, TailView view, string stream, long streamNo, long below, Moments moments, CancellationToken cancel)
    {
        const int few = 32;
        var places = view.PlacesBelow(stream, below, moments).Take(few).ToList();
        if (places.Count < few)
            places.AddRange(await reading.PlacesBelowAsync(
                streamNo, places.Count == 0 ? below : places[^1].FirstVersion, moments, few - places.Count, cancel));
        return places;
    }

    /// <summary>Some runs of a stream, found through the tail and the index at one moment; none where the stream has no facts.</summary>
    private async Task<List<Run>> PageAsync(string stream, Func<long, Reading, TailView, Task<List<Place>>> places, CancellationToken cancel)
    {
        var view = tail.View();
        await using var reading = await Reading.OpenAsync(store, cancel);
        view = await tail.CatchUpAsync(view, reading, await reading.PositionAsync(cancel), cancel);
        if (await reading.HeadAsync(stream, cancel) is not { } head)
            return [];
        var runs = new List<Run>();
        await foreach (var run in reading.RunsAsync(await places(head.StreamNo, reading, view), cancel))
            runs.Add(run);
        return runs;
    }

    private async Task<List<Segment>> SegmentsBelowAsync(long below, CancellationToken cancel)
    {
        await using var reading = await Reading.OpenAsync(store, cancel);
        return await reading.SegmentsBelowAsync(below, cancel);
    }

    /// <summary>By the writer's thread.</summary>
    /// <returns>The position that everything is computed up to.</returns>
    private long Rebuild(Action<long> replayed)
    {
        var rebuild = new Rebuild(new Replay(Views, Families), replayed);
        store.Rebuild(rebuild.Run);
        return rebuild.Position;
    }

    /// <summary>Looks what other processes have committed.</summary>
    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(WatchEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
                await LookAsync();
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The ledger is closed.
        }
    }

    private async Task LookAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        limit.CancelAfter(LookTakes);
        try
        {
            var view = tail.View();
            await using var reading = await Reading.OpenAsync(store, limit.Token);
            var position = await reading.PositionAsync(limit.Token);
            indexer.Reach(await reading.WatermarkAsync(limit.Token));
            await tail.CatchUpAsync(view, reading, position, limit.Token);
            feed.MoveTo(position);
            (sees, seenAt) = (true, Environment.TickCount64);
        }
#pragma warning disable CA1031 // The next look may succeed, and without it this process would never see the others again.
        catch (Exception e) when (!ending.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (sees)
                log.LogWarning(e, "Other processes' commits cannot be seen now");
            sees = false;
            // Whoever relies on hearing of every change must know that there may be some; a look that comes late is none that failed.
            if (Environment.TickCount64 - seenAt >= LookTakes.TotalMilliseconds)
                feed.Break(new StoreUnavailableException("Other processes' commits cannot be seen now.", e));
        }
    }

    /// <summary>On the writer's thread, after each commit and before its callers hear of it.</summary>
    private void Committed(Listing listing)
    {
        tail.Add(listing);
        feed.Publish(listing);
        indexer.Nudge();
    }
}
