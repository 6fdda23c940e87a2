using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Two activations that append to the same stream, and stores that fail.</summary>
public abstract class FailureContract : LedgerContract
{
    [Fact]
    public async Task When_two_activations_append_one_succeeds_and_the_other_fails_its_whole_queue()
    {
        await using var ledger = await Store.OpenAsync();
        var (quick, stale) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger));
        await quick.AppendAsync([.. Enumerable.Range(1, 10).Select(i => Beads(i))], Now);
        // The first append expects version 0 and is refused. The second expects version 10, which is the current version.
        var queued = await QueueWhileWriterIsBlockedAsync(ledger, () => (
            stale.AppendAsync([.. Enumerable.Range(1, 10).Select(i => Beads(100 + i))], Now), stale.AppendAsync([Beads(200)], Now)));
        await Assert.ThrowsAsync<StaleJournalException>(() => queued.Item1);
        await Assert.ThrowsAsync<StaleJournalException>(() => queued.Item2);
        Assert.True(stale.Failed);
        await Assert.ThrowsAsync<StaleJournalException>(() => stale.AppendAsync([Beads(300)], Now));
        Assert.Equal(11, await quick.AppendAsync([Beads(11)], Now));
        Assert.Equal(Enumerable.Range(1, 11), (await ReadAllAsync(ledger)).Select(r => ((JarFact.BeadsAdded)r.Fact).Beads));
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task Conflicting_appends_in_a_commit_group_do_not_affect_other_appends()
    {
        await using var ledger = await Store.OpenAsync();
        var (one, other, unrelated) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger), await OpenJarAsync(ledger, "two"));
        var (first, second, third) = await QueueWhileWriterIsBlockedAsync(ledger, () =>
            (one.AppendAsync([Beads(1)], Now), other.AppendAsync([Beads(2)], Now), unrelated.AppendAsync([Beads(3)], Now)));
        Assert.Equal(1, await first);
        await Assert.ThrowsAsync<StaleJournalException>(() => second);
        Assert.Equal(1, await third);
        Assert.Equal(2, await one.AppendAsync([Beads(4)], Now));
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_permanent_split_brain_loses_no_fact_and_duplicates_none()
    {
        await using var ledger = await Store.OpenAsync();
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<Guid>();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                var jar = await OpenJarAsync(ledger);
                var ids = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToList();
                var appends = ids.Select(id => (id, Done: jar.AppendAsync([Beads(1, id)], Now))).ToList();
                foreach (var (id, done) in appends)
                    try
                    {
                        await done;
                        acknowledged.Add(id);
                    }
                    catch (StaleJournalException)
                    {
                        // The next round reloads the stream.
                    }
            }
        }, Cancel)));
        Assert.Equal(acknowledged.Order(), (await ReadAllAsync(ledger)).Select(r => ((JarFact.BeadsAdded)r.Fact).Id).Order());
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_failed_commit_fails_its_callers_and_the_ledger_recovers()
    {
        await using var ledger = await Store.OpenAsync();
        var (jar, other) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger, "two"));
        await jar.AppendAsync([Beads(1)], Now);
        await Store.BreakAsync(ledger);
        var big = new JarFact.Labelled("big", new string('x', 200_000));
        var (failed, after) = await QueueWhileWriterIsBlockedAsync(ledger, () => (jar.AppendAsync([big, Beads(2)], Now), jar.AppendAsync([Beads(3)], Now)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => failed);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => after);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => other.AppendAsync([big], Now));
        Assert.True(jar.Failed);
        Assert.Single(await ReadAllAsync(ledger));
        Assert.Equal(["one|1"], await RowsAsync(ledger, "SELECT jar_id, facts FROM jar_days"));
        await Store.RepairAsync(ledger);
        jar = await OpenJarAsync(ledger);
        Assert.Equal(1, jar.State.Beads);
        Assert.Equal(2, await jar.AppendAsync([Beads(5)], Now));
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_commit_with_a_lost_answer_is_found_by_the_retry()
    {
        var lossy = default(LossyStore);
        await using var ledger = await Store.OpenAsync(around: store => lossy = new LossyStore(store));
        var jar = await OpenJarAsync(ledger);
        var id = Guid.CreateVersion7();
        lossy!.LoseAnswers = true;
        var (first, second) = await QueueWhileWriterIsBlockedAsync(ledger, () => (jar.AppendAsync([Beads(1, id)], Now), jar.AppendAsync([Beads(2)], Now)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => first);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => second);
        lossy.LoseAnswers = false;
        jar = await OpenJarAsync(ledger);
        Assert.Equal(2, jar.Version);
        Assert.Equal(1, Assert.Single((await ledger.FindVersionsAsync("jar/one", [id], Cancel))[id]));
        Assert.Equal(3, await jar.AppendAsync([Beads(3)], Now));
        Assert.Equal(3, (await ledger.FollowAsync(0, Cancel).Take(2).ToListAsync(Cancel)).Sum(c => c.Appends.Sum(a => a.Count)));
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_stream_definition_that_throws_in_Apply_fails_only_its_own_journal()
    {
        var broken = new JarFamily { OnApply = recorded => _ = recorded.Version == 2 ? throw new InvalidOperationException("a bug") : 0 };
        await using var ledger = await Store.OpenAsync();
        var (jar, other) = (await ledger.OpenAsync(broken, "one", Cancel), await OpenJarAsync(ledger, "two"));
        Assert.Throws<InvalidOperationException>(() => { _ = jar.AppendAsync([Beads(1), Beads(2)], Now); });
        Assert.True(jar.Failed);
        Assert.Equal(1, await other.AppendAsync([Beads(1)], Now));
        Assert.Empty(await ReadAllAsync(ledger));
    }

    /// <summary>Queues appends while the writer is blocked, so that it receives them together.</summary>
    private static async Task<T> QueueWhileWriterIsBlockedAsync<T>(StoredLedger ledger, Func<T> queue)
    {
        using var release = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var blocked = ledger.Writer.RunAsync(() =>
        {
            started.SetResult();
            return release.Wait(TimeSpan.FromMinutes(1));
        });
        await started.Task;
        var queued = queue();
        release.Set();
        Assert.True(await blocked);
        return queued;
    }
}
