using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A SQLite store that lost acknowledged commits is not opened in silence.</summary>
public sealed class SqliteLossTests : LedgerContract
{
    private new SqliteTestStore Store => (SqliteTestStore)base.Store;

    [Fact]
    public async Task A_damaged_log_is_refused_until_the_operator_accepts_the_loss()
    {
        await using var killed = await KillAsync(100);
        killed.Damage("outreach.db-wal", stream => Flip(stream, stream.Length / 2));
        var log = File.ReadAllBytes(Path.Combine(killed.Folder, "outreach.db-wal"));

        var refused = await Assert.ThrowsAsync<StoreDamagedException>(() => killed.OpenAsync());
        Assert.Matches(@"lost acknowledged records: \d+ commits with \d+ facts are missing, recorded after 2026-03-01 12:00:00Z and up to 2026-03-01 12:00:00Z", refused.Message);
        Assert.Equal(log, File.ReadAllBytes(Path.Combine(killed.Folder, "outreach.db-wal")));

        killed.AcceptLossAfter = long.Parse(refused.Message.Split("--Outreach:AcceptLossAfter=")[1]);
        Assert.InRange(killed.AcceptLossAfter.Value, 1, 99);
        await using (var ledger = await killed.OpenAsync())
        {
            Assert.Equal(killed.AcceptLossAfter, ledger.Position);
            Assert.Empty(await VerifyAsync(ledger));
            await (await OpenJarAsync(ledger)).AppendAsync([Beads(1)], Now);
        }

        Assert.Contains(killed.Log.All, line => line.StartsWith($"Warning: Commits {killed.AcceptLossAfter + 1} to 100 are lost", StringComparison.Ordinal));
        Assert.Equal(log, File.ReadAllBytes(Assert.Single(Directory.GetFiles(killed.Folder, "outreach.db-wal.*"))));
        killed.AcceptLossAfter = null;
        await using var again = await killed.OpenAsync();
        Assert.Empty(await VerifyAsync(again));
    }

    [Fact]
    public async Task A_log_that_is_gone_or_cut_is_refused()
    {
        await using var gone = await KillAsync(20);
        await using var cut = gone.Copy();
        File.Delete(Path.Combine(gone.Folder, "outreach.db-wal"));
        cut.Damage("outreach.db-wal", stream => stream.SetLength(stream.Length - 5_000));
        Assert.Contains("20 commits with 20 facts are missing, recorded up to", (await Assert.ThrowsAsync<StoreDamagedException>(() => gone.OpenAsync())).Message);
        Assert.Contains("are missing", (await Assert.ThrowsAsync<StoreDamagedException>(() => cut.OpenAsync())).Message);
    }

    [Fact]
    public async Task An_older_copy_of_the_files_is_refused()
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        await jar.AppendAsync([Beads(1)], Now);
        await using var older = Store.Copy();
        await jar.AppendAsync([Beads(2)], Now);
        File.Copy(Path.Combine(Store.Folder, LastCommitFile.Name), Path.Combine(older.Folder, LastCommitFile.Name), overwrite: true);
        Assert.Contains("1 commits with 1 facts are missing", (await Assert.ThrowsAsync<StoreDamagedException>(() => older.OpenAsync())).Message);
    }

    [Fact]
    public async Task Another_stores_files_are_refused()
    {
        await using var killed = await KillAsync(5);
        await using var other = new SqliteTestStore();
        await using (var ledger = await other.OpenAsync())
            for (var i = 0; i < 7; i++)
                await (await OpenJarAsync(ledger, "other")).AppendAsync([Beads(i)], Now);
        File.Copy(Path.Combine(killed.Folder, LastCommitFile.Name), Path.Combine(other.Folder, LastCommitFile.Name), overwrite: true);
        Assert.Contains("position 5 is not the one that was acknowledged", (await Assert.ThrowsAsync<StoreDamagedException>(() => other.OpenAsync())).Message);
    }

    [Fact]
    public async Task A_store_that_is_ahead_of_the_record_starts_and_one_without_a_record_says_so()
    {
        await using var killed = await KillAsync(5);
        await using var ahead = killed.Copy();
        // Killed between the commit and the record of it.
        ahead.Damage(LastCommitFile.Name, stream => Flip(stream, 4_096 + 20));
        await using (var ledger = await ahead.OpenAsync())
            Assert.Equal(5, ledger.Position);
        Assert.Empty(ahead.Log.All);

        File.Delete(Path.Combine(killed.Folder, LastCommitFile.Name));
        await using (var ledger = await killed.OpenAsync())
            Assert.Equal(5, ledger.Position);
        Assert.Contains(killed.Log.All, line => line.StartsWith("Warning: outreach.last-commit is missing or cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_clean_stop_the_file_alone_holds_everything()
    {
        await using (var ledger = await Store.OpenAsync())
        {
            var jar = await OpenJarAsync(ledger);
            for (var i = 0; i < 20; i++)
                await jar.AppendAsync([Beads(i)], Now);
            Assert.Equal(20, (await ReadAllAsync(ledger)).Count);
        }

        Assert.False(File.Exists(Path.Combine(Store.Folder, "outreach.db-wal")));
        await using var copy = Store.Copy();
        await using var again = await copy.OpenAsync();
        Assert.Equal(20, (await ReadAllAsync(again)).Count);
    }

    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());

    /// <summary>The files of a process that was killed after so many commits of one fact each.</summary>
    private async Task<SqliteTestStore> KillAsync(int commits)
    {
        await using var ledger = await Store.OpenAsync();
        var jar = await OpenJarAsync(ledger);
        for (var i = 0; i < commits; i++)
            await jar.AppendAsync([Beads(i)], Now);
        return Store.Copy();
    }

    private static void Flip(FileStream stream, long at)
    {
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 1));
    }
}
