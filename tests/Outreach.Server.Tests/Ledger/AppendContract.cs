using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Appending and reading facts, and finding them by key.</summary>
public abstract class AppendContract : LedgerContract
{
    [Fact]
    public async Task Acknowledged_facts_survive_a_restart()
    {
        await using (var ledger = await Store.OpenAsync())
        {
            var jar = await OpenJarAsync(ledger);
            Assert.Equal(2, await jar.AppendAsync([Beads(3), Beads(4)], Now));
            Assert.Equal(3, await jar.AppendAsync([Beads(5)], Now));
            Assert.Equal(3, jar.DurableVersion);
        }
        await using var again = await Store.OpenAsync();
        var loaded = await OpenJarAsync(again);
        Assert.Equal(12, loaded.State.Beads);
        Assert.Equal(3, loaded.Version);
        Assert.Equal([3, 4, 5], (await ReadAllAsync(again)).Select(r => ((JarFact.BeadsAdded)r.Fact).Beads));
    }

    [Fact]
    public async Task State_is_updated_before_the_append_is_durable_and_pipelined_appends_keep_their_order()
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        var appends = Enumerable.Range(1, 500).Select(i => jar.AppendAsync([Beads(i)], Now)).ToList();
        Assert.Equal(500, jar.Version);
        Assert.Equal(500 * 501 / 2, jar.State.Beads);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), await Task.WhenAll(appends));
        Assert.Equal(Enumerable.Range(1, 500), (await ReadAllAsync(ledger)).Select(r => ((JarFact.BeadsAdded)r.Fact).Beads));
    }

    [Fact]
    public async Task An_empty_append_waits_for_all_earlier_appends()
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        Assert.Equal(0, await jar.AppendAsync([], Now));
        var before = jar.AppendAsync([Beads(1)], Now);
        Assert.Equal(1, await jar.AppendAsync([], Now));
        Assert.True(before.IsCompletedSuccessfully);
        Assert.Single(await ReadAllAsync(ledger));
    }

    [Fact]
    public async Task Views_contain_every_acknowledged_fact()
    {
        await using var ledger = await Store.OpenAsync();
        var (one, two) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger, "two"));
        await Task.WhenAll(
            one.AppendAsync([Beads(3), Beads(4), new JarFact.Labelled("k", "hello", "blue")], Now),
            one.AppendAsync([Beads(70), new JarFact.Labelled("k", "bye", "green"), new JarFact.Labelled("gone", "x")], Now),
            two.AppendAsync([Beads(9)], Now));
        await one.AppendAsync([Beads(1), new JarFact.Labelled("gone", null)], Now);
        Assert.Equal(["one|20485|4|78", "two|20485|1|9"], await RowsAsync(ledger, "SELECT * FROM jar_days ORDER BY jar_id"));
        Assert.Equal(["one|red|70", "two|red|9"], await RowsAsync(ledger, "SELECT * FROM jar_most ORDER BY jar_id"));
        Assert.Equal(["one|red|any|0|26", "one|red|any|1|256", "two|red|any|0|512"], await RowsAsync(ledger, "SELECT * FROM jar_seen ORDER BY jar_id, block"));
        Assert.Equal(["one|k|green|b|\"bye\""], await RowsAsync(ledger, "SELECT jar_id, label_key, colour, first_letter, doc FROM jar_labels"));
    }

    [Fact]
    public async Task A_key_is_found_again_in_the_tail_and_in_the_index()
    {
        await using var ledger = await Store.OpenAsync();
        var (jar, other) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger, "other"));
        var (known, twice, elsewhere, unknown) = (Guid.NewGuid(), Guid.CreateVersion7(), Guid.NewGuid(), Guid.NewGuid());
        await jar.AppendAsync([Beads(1, known), Beads(2, twice), Beads(3), Beads(4, twice)], Now);
        await other.AppendAsync([Beads(5, elsewhere)], Now);
        for (var indexed = 0; indexed < 2; indexed++)
        {
            var found = await ledger.FindVersionsAsync("jar/one", [known, twice, elsewhere, unknown], Cancel);
            Assert.Equal([1], found[known]);
            Assert.Equal([2, 4], found[twice]);
            Assert.Equal(2, found.Count);
            Assert.Equal(indexed > 0, ledger.IndexedPosition > 0);
            await ledger.Indexer.DrainAsync();
        }
    }

    [Fact]
    public async Task Facts_are_read_backwards_and_segments_outside_the_range_are_skipped()
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        var day = Duration.FromDays(1);
        for (var i = 0; i < 100; i++)
        {
            await jar.AppendAsync([Beads(i, at: Now + (i * day)), Beads(i, at: Now + (i * day))], Now);
            if (i == 70)
                await ledger.Indexer.DrainAsync();
        }
        var all = await ledger.ReadBackwardsAsync(JarFamily.Instance, "one", 200, null, null, false, Cancel).ToListAsync(Cancel);
        Assert.Equal(100, all.Count);
        Assert.Equal([199], all[0].Select(r => r.Version));
        Assert.Equal([197, 198], all[1].Select(r => r.Version));
        var some = await ledger.ReadBackwardsAsync(JarFamily.Instance, "one", long.MaxValue, Now + (60 * day), Now + (80 * day), false, Cancel).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(60, 21).Reverse(), some.Select(run => ((JarFact.BeadsAdded)run[0].Fact).Beads));
    }

    [Fact]
    public async Task Every_fact_of_a_stream_is_read_once_whether_or_not_it_is_indexed()
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([Beads(1), Beads(2)], Now);
        await jar.AppendAsync([Beads(3), Beads(4)], Now);
        for (var indexed = 0; indexed < 2; indexed++)
        {
            Assert.Equal([1, 2, 3, 4], (await ReadAllAsync(ledger)).Select(recorded => recorded.Version));
            Assert.Equal([2, 3], await VersionsAsync(ledger, 2, 3));
            Assert.Empty(await VersionsAsync(ledger, 5, long.MaxValue));
            await ledger.Indexer.DrainAsync();
        }
    }

    [Fact]
    public async Task Any_version_range_can_be_read_wherever_the_index_ends()
    {
        await using var ledger = await Store.OpenAsync(Store.Options with { SnapshotInterval = 7 });
        var jar = await OpenJarAsync(ledger);
        for (var i = 0; i < 10; i++)
        {
            await jar.AppendAsync([Beads(1), Beads(2), Beads(3)], Now);
            if (i is 4 or 9)
                await ledger.Indexer.DrainAsync();
            for (var from = 1; from <= jar.Version + 1; from++)
            {
                var read = await ledger.ReadAsync(JarFamily.Instance, "one", from, from + 4, Cancel).Select(r => r.Version).ToListAsync(Cancel);
                Assert.Equal(Enumerable.Range(from, 5).Select(v => (long)v).Where(v => v <= jar.Version), read);
            }
            Assert.Equal(jar.State, (await OpenJarAsync(ledger)).State);
        }
        Assert.Equal(30, (await ReadAllAsync(ledger)).Count);
    }

    [Fact]
    public async Task A_category_is_read_backwards_by_position()
    {
        await using var ledger = await Store.OpenAsync();
        foreach (var id in new[] { "a", "b", "c" })
            await (await OpenJarAsync(ledger, id)).AppendAsync([Beads(1), Beads(2)], Now);
        var back = await ledger.ReadCategoryBackwardsAsync(JarFamily.Instance, long.MaxValue, Cancel).ToListAsync(Cancel);
        Assert.Equal([(3L, "c"), (2L, "b"), (1L, "a")], back.Select(b => (b.Position, b.Facts[0].StreamId)));
        Assert.Single(await ledger.ReadCategoryBackwardsAsync(JarFamily.Instance, 2, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_full_queue_refuses_an_append_and_leaves_the_journal_usable()
    {
        await using var ledger = await Store.OpenAsync(Store.Options with { MaxQueuedFacts = 10 });
        var jar = await OpenJarAsync(ledger);
        using var release = new ManualResetEventSlim();
        var blocked = ledger.Writer.RunAsync(() => release.Wait(TimeSpan.FromMinutes(1)));
        var accepted = jar.AppendAsync([.. Enumerable.Repeat(0, 10).Select(_ => Beads(1))], Now);
        await Assert.ThrowsAsync<LedgerFullException>(() => jar.AppendAsync([Beads(1)], Now));
        Assert.False(jar.Failed);
        Assert.Equal(10, jar.State.Beads);
        release.Set();
        await blocked;
        await accepted;
        Assert.Equal(11, await jar.AppendAsync([Beads(1)], Now));
    }

    [Fact]
    public async Task A_clock_that_runs_backwards_does_not_change_the_order()
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([Beads(1)], Now);
        Store.Clock.AdvanceDays(-400);
        await jar.AppendAsync([Beads(2)], Now);
        Store.Clock.AdvanceDays(10_000);
        await jar.AppendAsync([Beads(3)], Now);
        Assert.Equal([1, 2, 3], (await ReadAllAsync(ledger)).Select(r => ((JarFact.BeadsAdded)r.Fact).Beads));
        Assert.Equal(jar.State, (await OpenJarAsync(ledger)).State);
    }

    private static async Task<List<long>> VersionsAsync(StoredLedger ledger, long from, long to) =>
        await ledger.ReadAsync(JarFamily.Instance, "one", from, to, Cancel).Select(recorded => recorded.Version).ToListAsync(Cancel);
}
