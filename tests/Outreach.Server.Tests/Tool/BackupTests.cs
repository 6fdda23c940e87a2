using Grpc.Core;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Tests.EndToEnd;
using Outreach.Tool;

namespace Outreach.Server.Tests.Tool;

/// <summary>A backup is taken while the server runs, and put back while it is stopped.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-backup-");

    private string DataFolder => Path.Combine(folder.FullName, "data");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_restored_backup_holds_what_was_recorded_before_it_and_no_more()
    {
        string backup;
        await using (var server = await RunningServer.StartAsync($"--Outreach:DataFolder={DataFolder}"))
        {
            await CreateSiteAsync(server, "before");
            using var tool = await new ToolRun().SignInAsync(server);
            Assert.True(await tool.RunAsync("backup", "--server", server.GrpcAddress) == ExitCode.Success, tool.Errors);
            backup = Assert.Single(Directory.GetFiles(Path.Combine(DataFolder, "backups")));
            Assert.Contains(backup, tool.Output, StringComparison.Ordinal);
            await CreateSiteAsync(server, "after");

            using var early = new ToolRun();
            Assert.Equal(ExitCode.Usage, await early.RunAsync("restore", backup, "--to", DataFolder));
        }

        using var restore = new ToolRun();
        Assert.True(await restore.RunAsync("restore", backup, "--to", DataFolder) == ExitCode.Success, restore.Errors);
        Assert.Single(Directory.GetDirectories(DataFolder, "replaced-*"));
        await using var restored = await RunningServer.StartAsync($"--Outreach:DataFolder={DataFolder}");
        Assert.Empty(await ApiSteps.VerifyAsync(restored.Channel));
        Assert.Equal(StatusCode.AlreadyExists, (await Assert.ThrowsAsync<RpcException>(() => CreateSiteAsync(restored, "before", "Another name"))).StatusCode);
        await CreateSiteAsync(restored, "after", "Another name");
    }

    [Fact]
    public async Task What_is_no_backup_is_not_restored()
    {
        var file = Path.Combine(folder.FullName, "x.db");
        await File.WriteAllTextAsync(file, "no database at all", TestContext.Current.CancellationToken);
        using var tool = new ToolRun();
        Assert.Equal(ExitCode.Usage, await tool.RunAsync("restore", file, "--to", DataFolder));
        Assert.False(Directory.Exists(DataFolder));
    }

    private static async Task CreateSiteAsync(RunningServer server, string id, string name = "Van") =>
        await new SiteService.SiteServiceClient(server.Channel).CreateSiteAsync(
            new CreateSiteRequest { Site = new Site { SiteId = id, Name = name, Kind = SiteKind.Van, TimeZone = "America/New_York" } });
}
