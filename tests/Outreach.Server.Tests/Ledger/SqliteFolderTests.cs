using System.Runtime.Versioning;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

public sealed class SqliteFolderTests : IAsyncLifetime
{
    private readonly SqliteTestStore testStore = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => testStore.DisposeAsync();

    [Fact]
    public async Task Acknowledged_appends_are_synced_to_disk()
    {
        await using var ledger = await testStore.OpenAsync();
        await using var command = ((SqliteStore)ledger.Store).Session.Connection.CreateCommand();
        command.CommandText = "SELECT (SELECT synchronous FROM pragma_synchronous) || ' ' || (SELECT journal_mode FROM pragma_journal_mode)";
        Assert.Equal("2 wal", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_can_read_the_files_even_if_they_were_readable_before()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file permissions.");
        await using (await testStore.OpenAsync())
            Assert.All(Directory.GetFiles(testStore.Folder, "outreach.db*"), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));

        var store = Path.Combine(testStore.Folder, "outreach.db");
        File.SetUnixFileMode(store, Owner | UnixFileMode.OtherRead);
        await using var again = await testStore.OpenAsync();
        Assert.Equal(Owner, File.GetUnixFileMode(store));
    }

    [Fact]
    public async Task A_second_process_on_the_folder_is_refused_with_a_reason()
    {
        await using (await testStore.OpenAsync())
        {
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => testStore.OpenAsync());
            Assert.Contains(testStore.Folder, failure.Message);
            Assert.Contains("in use by another process", failure.Message);
        }
        await using var later = await testStore.OpenAsync();
        Assert.Equal(0, later.Position);
    }

    [Fact]
    public async Task Keys_without_a_ledger_are_no_fresh_start()
    {
        await File.WriteAllBytesAsync(Path.Combine(testStore.Folder, "participant.key"), new byte[32], TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<StoreDamagedException>(() => testStore.OpenAsync());
        Assert.Contains("has a key (participant.key) and no ledger: outreach.db is missing or empty", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(testStore.Folder, "outreach.db")));
    }

    [Fact]
    public async Task The_store_is_copied_before_its_tables_are_changed()
    {
        await using (var ledger = await testStore.OpenAsync())
            await (await ledger.OpenAsync(JarFamily.Instance, "one", default)).AppendAsync([new JarFact.ReturnDone("k")], testStore.Clock.GetCurrentInstant());
        Assert.Empty(Directory.GetFiles(testStore.Folder, "*.before-*"));

        testStore.Tamper("DELETE FROM schemaversions WHERE scriptname LIKE '%0003_due_by_time%'; DROP INDEX due_by_time; CREATE INDEX due_wake ON due (wake_at)");
        await using (await testStore.OpenAsync())
        {
        }

        await using var before = new SqliteTestStore();
        File.Copy(Path.Combine(testStore.Folder, "outreach.db.before-0003_due_by_time"), Path.Combine(before.Folder, "outreach.db"));
        await using var restored = await before.OpenAsync();
        Assert.Equal(1, restored.Position);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_told_until_it_can_be()
    {
        await using var ledger = await testStore.OpenAsync();
        await testStore.BreakAsync(ledger);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ledger.ProbeAsync());
        Assert.False(ledger.Health.HasRecentWrite);
        await testStore.RepairAsync(ledger);
        await ledger.ProbeAsync();
        Assert.True(ledger.Health.HasRecentWrite);
        Assert.Null(ledger.Health.Damage);
    }
}
