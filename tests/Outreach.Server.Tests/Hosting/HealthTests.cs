using Grpc.Core;
using Grpc.Health.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Hosting;

/// <summary>Health tells of a store that cannot be written, and that it can be again.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-health-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_full_disk_is_not_serving_and_room_again_is()
    {
        await using var server = await RunningServer.StartAsync($"--Outreach:DataFolder={folder.FullName}");
        var health = new Health.HealthClient(server.Channel);
        await LimitPagesAsync(server, 1);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            for (var i = 0; ; i++)
                await new SiteService.SiteServiceClient(server.Channel).CreateSiteAsync(
                    new CreateSiteRequest { Site = new Site { SiteId = $"van-{i}", Name = $"Van {i}", Kind = SiteKind.Van, TimeZone = "America/New_York" } });
        });
        await UntilAsync(health, HealthCheckResponse.Types.ServingStatus.NotServing);
        await LimitPagesAsync(server, uint.MaxValue - 1);
        await UntilAsync(health, HealthCheckResponse.Types.ServingStatus.Serving);
    }

    private static Task UntilAsync(Health.HealthClient health, HealthCheckResponse.Types.ServingStatus status) =>
        Eventually.AssertAsync(async () => (await health.CheckAsync(new HealthCheckRequest())).Status == status);

    private static Task<bool> LimitPagesAsync(RunningServer server, long pages)
    {
        var ledger = server.GetService<StoredLedger>();
        return ledger.Writer.RunAsync(() =>
        {
            ((SqliteStore)ledger.Store).Session.Execute($"PRAGMA max_page_count = {pages}");
            return true;
        });
    }
}
