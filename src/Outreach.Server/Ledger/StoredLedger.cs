using System.Data.Common;
using System.Runtime.CompilerServices;
using NodaTime;
using Outreach.Server.Ledger.Upkeep;

namespace Outreach.Server.Ledger;

/// <summary>The ledger on a store.</summary>
internal sealed class StoredLedger : ILedger, IAsyncDisposable
{
    /// <summary>Facts after the last snapshot at which a deactivation takes another.</summary>
    public const int SnapshotAtClose = 50;

    private const int PlacesAtOnce = 500;

    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(75);

    private readonly IStore store;
    private readonly ILogger log;
    private readonly Tail tail = new();
    private readonly Feed feed;
    private readonly Indexer indexer;
    private bool disposed;
    private readonly CancellationTokenSource ending = new();
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
        var unfilled = await Writer.RunAsync(store.Start);
        if (unfilled.Count > 0)
            await Writer.RunAsync(() => Rebuild(_ => { }));
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
        return new Journal<TState, TFact>(family, id, this, await loader.LoadAsync(reading, view, position, cancel));
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
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The ledger is closed.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var view = tail.View();
            await using var reading = await Reading.OpenAsync(store, ending.Token);
            var position = await reading.PositionAsync(ending.Token);
            indexer.Reach(await reading.WatermarkAsync(ending.Token));
            await tail.CatchUpAsync(view, reading, position, ending.Token);
            feed.MoveTo(position);
        }
        catch (StoreUnavailableException e)
        {
            log.LogWarning(e, "Other processes' commits cannot be seen now");
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
