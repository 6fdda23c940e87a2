using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Tests.Ledger;

namespace Outreach.Server.Tests.Recording;

/// <summary>The book over the real ledger; what it reads is what the jar of a name holds.</summary>
public sealed class SettingsCacheTests : IAsyncDisposable
{
    private readonly SqliteTestStore store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cached_value_is_not_read_again_until_it_changes()
    {
        await using var ledger = await store.OpenAsync();
        using var book = await StartCacheAsync(ledger);
        var journal = await AppendLabelAsync(ledger, "one", "first");

        Assert.Equal("first", await ReadUntilCachedAsync(book, "one"));
        var reads = book.Reads;
        Assert.Equal("first", await book.FindAsync("one", Cancel));
        Assert.Equal(reads, book.Reads);

        await journal.AppendAsync([new JarFact.Labelled("label", "second")], Now);
        await Eventually.AssertAsync(async () => await book.FindAsync("one", Cancel) == "second");
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_missing_value_is_looked_up_each_time_and_found_once_it_exists()
    {
        await using var ledger = await store.OpenAsync();
        using var book = await StartCacheAsync(ledger);

        Assert.Null(await book.FindAsync("one", Cancel));
        await AppendLabelAsync(ledger, "one", "here");

        Assert.Equal("here", await book.FindAsync("one", Cancel));
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_value_that_changes_while_it_is_read_is_not_cached()
    {
        await using var ledger = await store.OpenAsync();
        using var book = await StartCacheAsync(ledger);
        var journal = await AppendLabelAsync(ledger, "one", "old");
        await ReadWhileChangingAsync(book, "one", async () =>
        {
            await journal.AppendAsync([new JarFact.Labelled("label", "new")], Now);
            await AppendLabelAsync(ledger, "last", "last");
        });

        Assert.Equal("new", await book.FindAsync("one", Cancel));
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task The_cache_does_not_exceed_its_capacity()
    {
        await using var ledger = await store.OpenAsync();
        using var book = await StartCacheAsync(ledger);
        string[] ids = ["one", "two", "three"];
        foreach (var id in ids)
            await AppendLabelAsync(ledger, id, id);

        await Eventually.AssertAsync(async () =>
        {
            foreach (var id in ids)
                Assert.Equal(id, await book.FindAsync(id, Cancel));
            return book.Count == 2;
        });
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_cache_that_does_not_follow_the_feed_caches_nothing()
    {
        await using var ledger = await store.OpenAsync();
        using var book = new LabelCache(ledger);
        await AppendLabelAsync(ledger, "one", "first");
        await book.FindAsync("one", Cancel);

        Assert.Equal(0, book.Count);
        await book.StartAsync(Cancel);
        await ReadUntilCachedAsync(book, "one");
        await book.StopAsync(Cancel);

        Assert.Equal(0, book.Count);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private Instant Now => store.Clock.GetCurrentInstant();

    private static async Task<LabelCache> StartCacheAsync(ILedger ledger)
    {
        var book = new LabelCache(ledger);
        await book.StartAsync(Cancel);
        return book;
    }

    /// <summary>Asks until the value is at hand: it is kept only while nothing changes.</summary>
    private static async Task<string?> ReadUntilCachedAsync(LabelCache book, string id)
    {
        await Eventually.AssertAsync(async () =>
        {
            await book.FindAsync(id, Cancel);
            var reads = book.Reads;
            await book.FindAsync(id, Cancel);
            return book.Reads == reads;
        });
        return await book.FindAsync(id, Cancel);
    }

    /// <summary>Has the book read a value, and lets something happen, last of all to the jar "last", and the book hear of it, before the reading ends.</summary>
    private static async Task ReadWhileChangingAsync(LabelCache book, string id, Func<Task> happens)
    {
        var (read, go, heard) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        book.AfterRead = async () =>
        {
            book.AfterRead = () => Task.CompletedTask;
            read.SetResult();
            await go.Task;
        };
        book.OnChanged = changed => _ = changed == "last" && heard.TrySetResult();
        var finding = book.FindAsync(id, Cancel).AsTask();
        await read.Task;
        await happens();
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

    /// <summary>What the label of each jar says; at most two at hand.</summary>
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
