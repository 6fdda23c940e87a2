using NodaTime;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Snapshots: a cache that only saves time.</summary>
public abstract class SnapshotContract : LedgerContract
{
    [Fact]
    public async Task A_replay_from_a_snapshot_equals_a_replay_from_the_start_and_folds_little()
    {
        await using var ledger = await Home.OpenAsync(Home.Options with { IndexStep = 100 });
        var jar = await OpenJarAsync(ledger);
        for (var i = 0; i < 60; i++)
            await jar.Append([.. Enumerable.Range(0, 100).Select(n => Beads(n))], Now + Duration.FromSeconds(i));
        var (folded, whole) = (0, 0);
        var counting = new Jars { OnApply = _ => Interlocked.Increment(ref folded) };
        Assert.Equal(jar.State, (await ledger.OpenAsync(counting, "one", Cancel)).State);
        Assert.InRange(folded, 0, 1_999);
        Home.Tamper("DELETE FROM snapshots");
        Assert.Equal(jar.State, (await ledger.OpenAsync(new Jars { OnApply = _ => whole++ }, "one", Cancel)).State);
        Assert.Equal(6_000, whole);
        Assert.Empty(await VerifyAsync(ledger));
    }

    [Fact]
    public async Task A_snapshot_is_kept_when_an_activation_ends()
    {
        await using var ledger = await Home.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        await jar.Append([.. Enumerable.Range(0, 100).Select(n => Beads(n))], Now);
        await jar.CloseAsync();
        var folded = 0;
        Assert.Equal(jar.State, (await ledger.OpenAsync(new Jars { OnApply = _ => folded++ }, "one", Cancel)).State);
        Assert.Equal(0, folded);
    }

    [Theory]
    [InlineData("UPDATE snapshots SET payload = {garbage}")]
    [InlineData("UPDATE snapshots SET hash = {garbage}")]
    [InlineData("UPDATE snapshots SET version = version + 10")]
    [InlineData("UPDATE snapshots SET form = 99")]
    public async Task A_snapshot_that_is_spoilt_or_of_another_form_is_passed_over(string sql)
    {
        await using var ledger = await Home.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        await jar.Append([.. Enumerable.Range(0, 100).Select(n => Beads(n))], Now);
        await jar.CloseAsync();
        await jar.Append([Beads(1)], Now);
        Home.Tamper(sql.Replace("{garbage}", Home.Bytes([1, 2, 3])));
        Assert.Equal(jar.State, (await OpenJarAsync(ledger)).State);
    }

    [Fact]
    public async Task Facts_that_do_not_lead_to_the_head_are_not_loaded()
    {
        await using var ledger = await Home.OpenAsync();
        await (await OpenJarAsync(ledger)).Append([Beads(2)], Now);
        Home.Tamper($"UPDATE segments SET payload = {Home.Replaced("payload", "\"beads\":2", "\"beads\":3")}");
        await Assert.ThrowsAsync<InvalidDataException>(() => OpenJarAsync(ledger));
    }

    [Fact]
    public async Task The_tail_that_is_not_indexed_stays_bounded()
    {
        await using var ledger = await Home.OpenAsync(Home.Options with { IndexStep = 100, IndexLag = 400 });
        var jar = await OpenJarAsync(ledger);
        for (var i = 0; i < 100; i++)
            await jar.Append([.. Enumerable.Range(0, 50).Select(n => Beads(n))], Now);
        await ledger.Writer.RunAsync(() => 0);
        Assert.True(ledger.IndexedPosition > 50, $"{ledger.IndexedPosition}");
    }
}
