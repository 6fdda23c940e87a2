using NodaTime;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Snapshots only save time; losing them changes nothing.</summary>
public abstract class SnapshotContract : LedgerContract
{
    [Fact]
    public async Task A_replay_from_a_snapshot_equals_a_full_replay_and_applies_fewer_facts()
    {
        await using var ledger = await Store.OpenAsync(Store.Options with { IndexBatchSize = 100 });
        var jar = await OpenJarAsync(ledger);
        for (var i = 0; i < 60; i++)
            await jar.AppendAsync([.. Enumerable.Range(0, 100).Select(n => Beads(n))], Now + Duration.FromSeconds(i));
        var (applied, appliedInFull) = (0, 0);
        var counting = new JarFamily { OnApply = _ => Interlocked.Increment(ref applied) };
        Assert.Equal(jar.State, (await ledger.OpenAsync(counting, "one", Cancel)).State);
        Assert.InRange(applied, 0, 1_999);
        Store.Tamper("DELETE FROM snapshots");
        Assert.Equal(jar.State, (await ledger.OpenAsync(new JarFamily { OnApply = _ => appliedInFull++ }, "one", Cancel)).State);
        Assert.Equal(6_000, appliedInFull);
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_snapshot_is_saved_when_an_activation_ends()
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([.. Enumerable.Range(0, 100).Select(n => Beads(n))], Now);
        await jar.CloseAsync();
        var applied = 0;
        Assert.Equal(jar.State, (await ledger.OpenAsync(new JarFamily { OnApply = _ => applied++ }, "one", Cancel)).State);
        Assert.Equal(0, applied);
    }

    [Theory]
    [InlineData("UPDATE snapshots SET payload = {garbage}")]
    [InlineData("UPDATE snapshots SET hash = {garbage}")]
    [InlineData("UPDATE snapshots SET version = version + 10")]
    [InlineData("UPDATE snapshots SET form = 99")]
    public async Task A_corrupt_or_outdated_snapshot_is_ignored(string sql)
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([.. Enumerable.Range(0, 100).Select(n => Beads(n))], Now);
        await jar.CloseAsync();
        await jar.AppendAsync([Beads(1)], Now);
        Store.Tamper(sql.Replace("{garbage}", Store.BytesLiteral([1, 2, 3])));
        Assert.Equal(jar.State, (await OpenJarAsync(ledger)).State);
    }

    [Fact]
    public async Task Facts_that_do_not_match_the_head_hash_are_not_loaded()
    {
        await using var ledger = await Store.OpenAsync();
        await (await OpenJarAsync(ledger)).AppendAsync([Beads(2)], Now);
        Store.Tamper($"UPDATE segments SET payload = {Store.ReplaceExpression("payload", "\"beads\":2", "\"beads\":3")}");
        await Assert.ThrowsAsync<InvalidDataException>(() => OpenJarAsync(ledger));
    }

    [Fact]
    public async Task The_unindexed_tail_stays_bounded()
    {
        await using var ledger = await Store.OpenAsync(Store.Options with { IndexBatchSize = 100, MaxIndexLag = 400 });
        var jar = await OpenJarAsync(ledger);
        for (var i = 0; i < 100; i++)
            await jar.AppendAsync([.. Enumerable.Range(0, 50).Select(n => Beads(n))], Now);
        await ledger.Writer.RunAsync(() => 0);
        Assert.True(ledger.IndexedPosition > 50, $"{ledger.IndexedPosition}");
    }
}
