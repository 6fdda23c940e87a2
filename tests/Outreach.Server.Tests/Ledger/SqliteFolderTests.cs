using System.Runtime.Versioning;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

public sealed class SqliteFolderTests : IAsyncLifetime
{
    private readonly SqliteHome home = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => home.DisposeAsync();

    [Fact]
    public async Task What_is_acknowledged_is_synced_to_disk()
    {
        await using var ledger = await home.OpenAsync();
        await using var command = ((SqliteStore)ledger.Store).Session.Connection.CreateCommand();
        command.CommandText = "SELECT (SELECT synchronous FROM pragma_synchronous) || ' ' || (SELECT journal_mode FROM pragma_journal_mode)";
        Assert.Equal("2 wal", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task Others_on_the_machine_cannot_read_it_also_where_they_once_could()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such rights.");
        await using (await home.OpenAsync())
            Assert.All(Directory.GetFiles(home.Folder, "outreach.db*"), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));

        var store = Path.Combine(home.Folder, "outreach.db");
        File.SetUnixFileMode(store, Owner | UnixFileMode.OtherRead);
        await using var again = await home.OpenAsync();
        Assert.Equal(Owner, File.GetUnixFileMode(store));
    }

    [Fact]
    public async Task A_second_process_on_the_folder_is_refused_and_told_why()
    {
        await using (await home.OpenAsync())
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => home.OpenAsync());
            Assert.Contains(home.Folder, refused.Message);
            Assert.Contains("in use by another process", refused.Message);
        }
        await using var later = await home.OpenAsync();
        Assert.Equal(0, later.Position);
    }
}
