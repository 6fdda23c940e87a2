using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Tests.Ledger;

namespace Outreach.Server.Tests.Recording.Settings;

/// <summary>A cache over the real ledger: it loads what the label of a jar says.</summary>
public sealed class SettingsCacheTests : IAsyncDisposable
{
    private readonly SqliteTestStore store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cached_value_is_not_read_again_until_it_changes()
    {
        await using var ledger = await store.OpenAsync();
        using var cache = await StartCacheAsync(ledger);
        var journal = await AppendLabelAsync(ledger, "one", "first");

        Assert.Equal("first", await ReadUntilCachedAsync(cache, "one"));
        var reads = cache.Reads;
        Assert.Equal("first", await cache.FindAsync("one", Cancel));
        Assert.Equal(reads, cache.Reads);

        await journal.AppendAsync([new JarFact.Labelled("label", "second")], Now);
        await Eventually.AssertAsync(async () => await cache.FindAsync("one", Cancel) == "second");
        await cache.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_missing_value_is_looked_up_each_time_and_found_once_it_exists()
    {
        await using var ledger = await store.OpenAsync();
        using var cache = await StartCacheAsync(ledger);

        Assert.Null(await cache.FindAsync("one", Cancel));
        await AppendLabelAsync(ledger, "one", "here");

        Assert.Equal("here", await cache.FindAsync("one", Cancel));
        await cache.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_value_that_changes_while_it_is_read_is_not_cached()
    {
        await using var ledger = await store.OpenAsync();
        using var cache = await StartCacheAsync(ledger);
        var journal = await AppendLabelAsync(ledger, "one", "old");
        await ReadWhileChangingAsync(cache, "one", async () =>
        {
            await journal.AppendAsync([new JarFact.Labelled("label", "new")], Now);
            await AppendLabelAsync(ledger, "last", "last");
        });

        Assert.Equal("new", await cache.FindAsync("one", Cancel));
        await cache.StopAsync(Cancel);
    }

    [Fact]
    public async Task The_cache_does_not_exceed_its_capacity()
    {
        await using var ledger = await store.OpenAsync();
        using var cache = await StartCacheAsync(ledger);
        string[] ids = ["one", "two", "three"];
        foreach (var id in ids)
            await AppendLabelAsync(ledger, id, id);

        await Eventually.AssertAsync(async () =>
        {
            foreach (var id in ids)
                Assert.Equal(id, await cache.FindAsync(id, Cancel));
            return cache.Count == 2;
        });
        await cache.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_cache_that_does_not_follow_the_feed_caches_nothing()
    {
        await using var ledger = await store.OpenAsync();
        using var cache = new LabelCache(ledger);
        await AppendLabelAsync(ledger, "one", "first");
        await cache.FindAsync("one", Cancel);

        Assert.Equal(0, cache.Count);
        await cache.StartAsync(Cancel);
        await ReadUntilCachedAsync(cache, "one");
        await cache.StopAsync(Cancel);

        Assert.Equal(0, cache.Count);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private Instant Now => store.Clock.GetCurrentInstant();

    private static async Task<LabelCache> StartCacheAsync(ILedger ledger)
    {
        var cache = new LabelCache(ledger);
        await cache.StartAsync(Cancel);
        return cache;
    }

    /// <summary>Asks until the value is cached: it is not cached while anything changes.</summary>
    private static async Task<string?> ReadUntilCachedAsync(LabelCache cache, string id)
    {
        await Eventually.AssertAsync(async () =>
        {
            await cache.FindAsync(id, Cancel);
            var reads = cache.Reads;
            await cache.FindAsync(id, Cancel);
            return cache.Reads == reads;
        });
        return await cache.FindAsync(id, Cancel);
    }

    /// <summary>Lets changes happen, the last of them to the jar "last", and the cache hear of them, while the cache loads a value.</summary>
    private static async Task ReadWhileChangingAsync(LabelCache cache, string id, Func<Task> change)
    {
        var (read, go, heard) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        cache.AfterRead = async () =>
        {
            cache.AfterRead = () => Task.CompletedTask;
            read.SetResult();
            await go.Task;
        };
        cache.OnChanged = changed => _ = changed == "last" && heard.TrySetResult();
        var finding = cache.FindAsync(id, Cancel).AsTask();
        await read.Task;
        await change();
        await heard.Task;
        go.SetResult();
        Assert.Equal("old", await finding);
    }

    private async Task<Journal<Jar, JarFact>> AppendLabelAsync(StoredLedger ledger, string id, string text)
    {
        var journal = await ledger.OpenAsync(JarFamily.Instance, id, Cancel);
        await journal.AppendAsync([new JarFact.Labelled("label", text)], Now);
        return journal;
    }

    /// <summary>Caches what the label of each jar says, at most two.</summary>
    private sealed class LabelCache(ILedger ledger) : SettingsCache<string>(ledger, "jar/", 2, NullLogger.Instance)
    {
        private readonly ILedger ledger = ledger;

        public int Reads { get; private set; }

        public Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

        public Action<string> OnChanged { get; set; } = _ => { };

        protected override async Task<string?> LoadAsync(string id, CancellationToken cancel)
        {
            Reads++;
            string? text = null;
            await foreach (var recorded in ledger.ReadAsync(JarFamily.Instance, id, 1, long.MaxValue, cancel))
                text = (recorded.Fact as JarFact.Labelled)?.Text;
            await AfterRead();
            return text;
        }

        protected override Task<IReadOnlyList<string>> GetChangedIdsAsync(CommittedAppend append, CancellationToken cancel)
        {
            var id = append.Stream["jar/".Length..];
            OnChanged(id);
            return Task.FromResult<IReadOnlyList<string>>([id]);
        }
    }
}
