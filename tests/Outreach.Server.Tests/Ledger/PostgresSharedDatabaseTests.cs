using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Two ledgers on one database, as in two processes.</summary>
public sealed class PostgresSharedDatabaseTests(PostgresFixture postgres) : FeedContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);

    [Fact]
    public async Task Commits_are_synchronous_even_if_the_database_default_is_not()
    {
        Store.Tamper("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
        await using var ledger = await Store.OpenAsync();
        await using var connection = await ledger.Store.OpenReaderAsync(Cancel);
        await using var command = connection.CreateCommand("SHOW synchronous_commit");
        Assert.Equal("on", await command.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task Ledgers_that_start_together_with_outdated_views_all_see_them_refilled()
    {
        await using (var ledger = await Store.OpenAsync())
            await (await OpenJarAsync(ledger)).AppendAsync([Beads(2), Beads(5)], Now);
        Store.Tamper("UPDATE view_shapes SET shape = 'another'");
        var ledgers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Store.OpenAsync(), Cancel)));
        foreach (var ledger in ledgers)
            Assert.Equal(["one|20485|2|7"], await RowsAsync(ledger, "SELECT * FROM jar_days"));
        Assert.Empty(await VerifyAsync(ledgers[0]));
        foreach (var ledger in ledgers)
            await ledger.DisposeAsync();
    }

    [Fact]
    public async Task Both_feeds_deliver_every_commit_once_and_in_order()
    {
        await using var one = await Store.OpenAsync();
        await using var other = await Store.OpenAsync();
        var feeds = Task.WhenAll(Task.Run(() => FollowAsync(one, 0, 400), Cancel), Task.Run(() => FollowAsync(other, 0, 400), Cancel));
        await Task.WhenAll(new[] { one, other }.SelectMany((ledger, n) => Enumerable.Range(0, 2).Select(async s =>
        {
            var jar = await OpenJarAsync(ledger, $"jar-{n}-{s}");
            for (var i = 0; i < 100; i++)
                await jar.AppendAsync([Beads(i)], Now);
        })));
        var commits = await feeds;
        AssertComplete(commits[0], 400);
        Assert.Equal(commits[0].Select(c => c.Position), commits[1].Select(c => c.Position));
        Assert.Equal(commits[0].SelectMany(c => c.Appends), commits[1].SelectMany(c => c.Appends));
        Assert.Empty(await VerifyAsync(one));
    }

    [Fact]
    public async Task A_stream_that_alternates_between_two_ledgers_keeps_all_its_facts()
    {
        await using var one = await Store.OpenAsync(Store.Options with { IndexBatchSize = 50 });
        await using var other = await Store.OpenAsync(Store.Options with { IndexBatchSize = 50 });
        var ids = new List<Guid>();
        for (var round = 0; round < 10; round++)
        {
            var ledger = round % 2 == 0 ? one : other;
            var jar = await OpenJarAsync(ledger);
            Assert.Equal(round * 30, jar.State.Facts);
            var more = Enumerable.Range(0, 30).Select(_ => Guid.CreateVersion7()).ToList();
            foreach (var id in more)
                await jar.AppendAsync([Beads(1, id)], Now);
            ids.AddRange(more);
            Assert.Equal(ids.Count, (await ledger.FindVersionsAsync("jar/one", ids, Cancel)).Count);
            Assert.Equal(ids.Count, (await (round % 2 == 0 ? other : one).FindVersionsAsync("jar/one", ids, Cancel)).Count);
        }
        Assert.Empty(await VerifyAsync(other));
    }

    [Fact]
    public async Task An_append_is_refused_after_another_process_has_appended()
    {
        await using var one = await Store.OpenAsync();
        await using var other = await Store.OpenAsync();
        var (stale, fresh) = (await OpenJarAsync(one), await OpenJarAsync(other));
        await fresh.AppendAsync([Beads(1)], Now);
        await Assert.ThrowsAsync<StaleJournalException>(() => stale.AppendAsync([Beads(2)], Now));
        Assert.Equal(2, await (await OpenJarAsync(one)).AppendAsync([Beads(3)], Now));
        Assert.Equal([1, 3], (await ReadAllAsync(other)).Select(r => ((JarFact.BeadsAdded)r.Fact).Beads));
    }

    [Fact]
    public async Task Views_show_facts_as_soon_as_another_process_has_appended_them()
    {
        await using var one = await Store.OpenAsync();
        await using var other = await Store.OpenAsync();
        var jar = await OpenJarAsync(one);
        for (var i = 1; i <= 20; i++)
        {
            await jar.AppendAsync([Beads(1)], Now);
            Assert.Equal([$"one|{i}"], await RowsAsync(other, "SELECT jar_id, facts FROM jar_days"));
        }
    }

    [Fact]
    public async Task A_due_promise_is_taken_by_one_ledger_only()
    {
        await using var one = await Store.OpenAsync();
        await using var other = await Store.OpenAsync();
        await (await OpenJarAsync(one)).AppendAsync([.. Enumerable.Range(0, 50).Select(i => new JarFact.ReturnDue($"{i}", Now))], Now);
        var now = Now.ToUnixTimeTicks();
        var taken = await Task.WhenAll(new[] { one, other, one, other }.Select(ledger => Task.Run(() => ledger.Store.TakeDuePromises(now, 20), Cancel)));
        var keys = taken.SelectMany(t => t).Select(p => p.Key).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(50, keys.Count + one.Store.TakeDuePromises(now, 100).Count);
    }

    [Fact]
    public async Task Appends_wait_while_another_process_rebuilds_and_are_not_lost()
    {
        await using var one = await Store.OpenAsync();
        await using var other = await Store.OpenAsync();
        var jar = await OpenJarAsync(other);
        await jar.AppendAsync([Beads(1), Beads(2)], Now);
        var appended = default(Task<long>);
        await one.RebuildAsync(_ => appended ??= jar.AppendAsync([Beads(3)], Now));
        Assert.Equal(3, await appended!);
        Assert.Equal(["one|3|6"], await RowsAsync(one, "SELECT jar_id, facts, beads FROM jar_days"));
        Assert.Empty(await VerifyAsync(one));
    }
}
