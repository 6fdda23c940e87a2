using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Outreach.Server.Ledger;
using Outreach.Server.Tests.Ledger;

namespace Outreach.Server.Tests;

/// <summary>The book over the real ledger; what it reads is what the jar of a name holds.</summary>
public sealed class BookTests : IAsyncDisposable
{
    private readonly SqliteHome home = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_at_hand_is_not_read_again_until_it_changes()
    {
        await using var ledger = await home.OpenAsync();
        using var book = await FollowingAsync(ledger);
        var journal = await LabelAsync(ledger, "one", "first");

        Assert.Equal("first", await KeptAsync(book, "one"));
        var reads = book.Reads;
        Assert.Equal("first", await book.FindAsync("one", Cancel));
        Assert.Equal(reads, book.Reads);

        await journal.Append([new JarFact.Labelled("label", "second")], Now);
        await Eventually.AssertAsync(async () => await book.FindAsync("one", Cancel) == "second");
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task What_is_not_there_is_looked_for_each_time_and_found_when_it_comes()
    {
        await using var ledger = await home.OpenAsync();
        using var book = await FollowingAsync(ledger);

        Assert.Null(await book.FindAsync("one", Cancel));
        await LabelAsync(ledger, "one", "here");

        Assert.Equal("here", await book.FindAsync("one", Cancel));
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_value_that_changes_while_it_is_read_is_not_kept()
    {
        await using var ledger = await home.OpenAsync();
        using var book = await FollowingAsync(ledger);
        var journal = await LabelAsync(ledger, "one", "old");
        await ReadWhileAsync(book, "one", async () =>
        {
            await journal.Append([new JarFact.Labelled("label", "new")], Now);
            await LabelAsync(ledger, "last", "last");
        });

        Assert.Equal("new", await book.FindAsync("one", Cancel));
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task No_more_is_at_hand_than_may_be()
    {
        await using var ledger = await home.OpenAsync();
        using var book = await FollowingAsync(ledger);
        string[] ids = ["one", "two", "three"];
        foreach (var id in ids)
            await LabelAsync(ledger, id, id);

        await Eventually.AssertAsync(async () =>
        {
            foreach (var id in ids)
                Assert.Equal(id, await book.FindAsync(id, Cancel));
            return book.Count == 2;
        });
        await book.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_book_that_follows_no_feed_keeps_nothing()
    {
        await using var ledger = await home.OpenAsync();
        using var book = new Labels(ledger);
        await LabelAsync(ledger, "one", "first");
        await book.FindAsync("one", Cancel);

        Assert.Equal(0, book.Count);
        await book.StartAsync(Cancel);
        await KeptAsync(book, "one");
        await book.StopAsync(Cancel);

        Assert.Equal(0, book.Count);
    }

    public ValueTask DisposeAsync() => home.DisposeAsync();

    private Instant Now => home.Clock.GetCurrentInstant();

    private static async Task<Labels> FollowingAsync(ILedger ledger)
    {
        var book = new Labels(ledger);
        await book.StartAsync(Cancel);
        return book;
    }

    /// <summary>Asks until the value is at hand: it is kept only while nothing changes.</summary>
    private static async Task<string?> KeptAsync(Labels book, string id)
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
    private static async Task ReadWhileAsync(Labels book, string id, Func<Task> happens)
    {
        var (read, go, heard) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        book.AfterRead = async () =>
        {
            book.AfterRead = () => Task.CompletedTask;
            read.SetResult();
            await go.Task;
        };
        book.Hears = changed => _ = changed == "last" && heard.TrySetResult();
        var finding = book.FindAsync(id, Cancel).AsTask();
        await read.Task;
        await happens();
        await heard.Task;
        go.SetResult();
        Assert.Equal("old", await finding);
    }

    private async Task<Journal<Jar, JarFact>> LabelAsync(StoredLedger ledger, string id, string text)
    {
        var journal = await ledger.OpenAsync(Jars.Family, id, Cancel);
        await journal.Append([new JarFact.Labelled("label", text)], Now);
        return journal;
    }

    /// <summary>What the label of each jar says; at most two at hand.</summary>
    private sealed class Labels(ILedger ledger) : Book<string>(ledger, "jar/", 2, NullLogger.Instance)
    {
        private readonly ILedger ledger = ledger;

        public int Reads { get; private set; }

        public Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

        public Action<string> Hears { get; set; } = _ => { };

        protected override async Task<string?> ReadAsync(string id, CancellationToken cancel)
        {
            Reads++;
            string? text = null;
            await foreach (var recorded in ledger.ReadAsync(Jars.Family, id, 1, long.MaxValue, cancel))
                text = (recorded.Fact as JarFact.Labelled)?.Text;
            await AfterRead();
            return text;
        }

        protected override Task<IReadOnlyList<string>> ChangedAsync(CommittedAppend append, CancellationToken cancel)
        {
            var id = append.Stream["jar/".Length..];
            Hears(id);
            return Task.FromResult<IReadOnlyList<string>>([id]);
        }
    }
}
