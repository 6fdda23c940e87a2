using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>The feed of commits.</summary>
public abstract class FeedContract : LedgerContract
{
    [Fact]
    public async Task The_feed_delivers_every_durable_commit_once_in_order()
    {
        await using var ledger = await Store.OpenAsync();
        var following = Task.Run(() => FollowAsync(ledger, 0, 600), Cancel);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async n =>
        {
            var jar = await OpenJarAsync(ledger, $"jar-{n}");
            for (var i = 0; i < 200; i++)
                await jar.AppendAsync([Beads(i)], Now);
        }));
        AssertComplete(await following, 600);
    }

    [Fact]
    public async Task The_feed_resumes_after_any_position()
    {
        await using (var ledger = await Store.OpenAsync())
        {
            var jar = await OpenJarAsync(ledger);
            for (var i = 0; i < 400; i++)
                await jar.AppendAsync([Beads(i)], Now);
            Assert.Equal(400, ledger.Position);
        }
        await using var again = await Store.OpenAsync();
        Assert.Equal(400, again.Position);
        await (await OpenJarAsync(again)).AppendAsync([Beads(1)], Now);
        foreach (var after in new[] { 0, 1, 200, 399, 400 })
        {
            var commits = await again.FollowAsync(after, Cancel).Take(401 - after).ToListAsync(Cancel);
            Assert.Equal(Enumerable.Range(after + 1, 401 - after).Select(p => (long)p), commits.Select(c => c.Position));
            Assert.Equal(new CommittedAppend("jar/one", 401, 1), Assert.Single(commits[^1].Appends));
        }
    }

    [Fact]
    public async Task A_follower_waits_for_the_next_commit_and_ends_when_it_is_cancelled()
    {
        await using var ledger = await Store.OpenAsync();
        using var cancellation = new CancellationTokenSource();
        await using var follower = ledger.FollowAsync(0, cancellation.Token).GetAsyncEnumerator(Cancel);
        var next = follower.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await (await OpenJarAsync(ledger)).AppendAsync([Beads(1)], Now);
        Assert.True(await next);
        next = follower.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private protected static async Task<List<Commit>> FollowAsync(StoredLedger ledger, long after, int appends)
    {
        var commits = new List<Commit>();
        await foreach (var commit in ledger.FollowAsync(after, Cancel))
        {
            commits.Add(commit);
            await using (var reader = await LedgerReader.OpenAsync(ledger.Store, Cancel))
                Assert.True(await reader.GetPositionAsync(Cancel) >= commit.Position);
            if (commits.Sum(c => c.Appends.Count) == appends)
                break;
        }
        return commits;
    }

    /// <summary>Asserts that positions have no gaps and that each version of a stream occurs once, in order.</summary>
    private protected static void AssertComplete(List<Commit> commits, int appends)
    {
        Assert.Equal(Enumerable.Range(1, commits.Count).Select(p => (long)p), commits.Select(c => c.Position));
        var all = commits.SelectMany(c => c.Appends).ToList();
        Assert.Equal(appends, all.Count);
        foreach (var stream in all.GroupBy(a => a.Stream))
            Assert.Equal(Enumerable.Range(1, stream.Count()).Select(v => (long)v), stream.Select(a => a.FirstVersion));
    }
}
