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
}
