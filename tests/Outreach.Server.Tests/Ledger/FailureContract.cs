using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Two activations of one grain, and stores that fail.</summary>
public abstract class FailureContract : LedgerContract
{
    [Fact]
    public async Task Of_two_activations_one_appends_and_the_other_fails_its_whole_queue()
    {
        await using var ledger = await Store.OpenAsync();
        var (quick, stale) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger));
        await quick.AppendAsync([.. Enumerable.Range(1, 10).Select(i => Beads(i))], Now);
        // Its first expects version 0 and is refused; its second expects version 10, which is where the other one is now.
        var queued = await QueueWhileWriterIsHeldAsync(ledger, () => (
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
    public async Task Two_activations_in_one_group_do_not_mix_and_others_in_it_are_not_hurt()
    {
        await using var ledger = await Store.OpenAsync();
        var (one, other, bystander) = (await OpenJarAsync(ledger), await OpenJarAsync(ledger), await OpenJarAsync(ledger, "two"));
        var (first, second, third) = await QueueWhileWriterIsHeldAsync(ledger, () =>
            (one.AppendAsync([Beads(1)], Now), other.AppendAsync([Beads(2)], Now), bystander.AppendAsync([Beads(3)], Now)));
        Assert.Equal(1, await first);
        await Assert.ThrowsAsync<StaleJournalException>(() => second);
        Assert.Equal(1, await third);
        Assert.Equal(2, await one.AppendAsync([Beads(4)], Now));
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_permanent_split_brain_loses_nothing_and_doubles_nothing()
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
                        // The next round loads again.
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
        var (failed, after) = await QueueWhileWriterIsHeldAsync(ledger, () => (jar.AppendAsync([big, Beads(2)], Now), jar.AppendAsync([Beads(3)], Now)));
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
        var (first, second) = await QueueWhileWriterIsHeldAsync(ledger, () => (jar.AppendAsync([Beads(1, id)], Now), jar.AppendAsync([Beads(2)], Now)));
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
    public async Task A_family_that_throws_in_Apply_fails_only_its_own_journal()
    {
        var broken = new JarFamily { OnApply = recorded => _ = recorded.Version == 2 ? throw new InvalidOperationException("a bug") : 0 };
        await using var ledger = await Store.OpenAsync();
        var (jar, other) = (await ledger.OpenAsync(broken, "one", Cancel), await OpenJarAsync(ledger, "two"));
        Assert.Throws<InvalidOperationException>(() => { _ = jar.AppendAsync([Beads(1), Beads(2)], Now); });
        Assert.True(jar.Failed);
        Assert.Equal(1, await other.AppendAsync([Beads(1)], Now));
        Assert.Empty(await ReadAllAsync(ledger));
    }

    /// <summary>Queues while the writer is held, so that all of it comes to it at once.</summary>
    private static async Task<T> QueueWhileWriterIsHeldAsync<T>(StoredLedger ledger, Func<T> queue)
    {
        using var held = new ManualResetEventSlim();
        var holds = new TaskCompletionSource();
        var holding = ledger.Writer.RunAsync(() =>
        {
            holds.SetResult();
            return held.Wait(TimeSpan.FromMinutes(1));
        });
        await holds.Task;
        var queued = queue();
        held.Set();
        Assert.True(await holding);
        return queued;
    }
}
