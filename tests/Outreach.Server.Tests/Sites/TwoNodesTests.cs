using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Sites;
using static Outreach.Protocol.Sites.V1.SiteService;

namespace Outreach.Server.Tests.Sites;

/// <summary>Two nodes of one program on one PostgreSQL.</summary>
public sealed class TwoNodesTests(PostgresFixture postgres) : TwoNodes(postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_other_node_sees_new_sites_at_once_and_changes_soon()
    {
        var clients = Nodes.Select(node => new SiteServiceClient(node.Channel)).ToArray();
        for (var i = 0; i < 20; i++)
        {
            var (here, there) = (i % 2, 1 - i % 2);
            var cache = Nodes[there].GetService<ISiteCache>();
            var site = Van($"van-{i}", "Before");

            await clients[here].CreateSiteAsync(new CreateSiteRequest { Site = site }, cancellationToken: Cancel);
            Assert.Equal("Before", (await cache.FindAsync(site.SiteId, Cancel))?.Name);

            site.Name = "After";
            await clients[here].UpdateSiteAsync(new UpdateSiteRequest { Site = site, UpdateMask = FieldMask.FromString("name") }, cancellationToken: Cancel);
            Assert.Equal("After", (await clients[there].GetSiteAsync(new GetSiteRequest { SiteId = site.SiteId }, cancellationToken: Cancel)).Site.Name);
            await Eventually.AssertAsync(async () => (await cache.FindAsync(site.SiteId, Cancel))?.Name == "After");
        }
    }

    [Fact]
    public async Task Refusals_and_answers_are_the_same_from_either_node()
    {
        var clients = Nodes.Select(node => new SiteServiceClient(node.Channel)).ToArray();
        for (var i = 0; i < 10; i++)
        {
            var id = $"stop-{i}";
            var answers = await Task.WhenAll(clients.Select(async client => (await client.CreateSiteAsync(new CreateSiteRequest { Site = Van(id, "One") }, cancellationToken: Cancel)).Site));

            Assert.Equal(answers[0], answers[1]);
            foreach (var client in clients)
                await RpcAssert.RefusedAsync(
                    StatusCode.AlreadyExists,
                    "SITE_EXISTS",
                    async () => await client.CreateSiteAsync(new CreateSiteRequest { Site = Van(id, "Another") }, cancellationToken: Cancel));
        }
    }

    private static Site Van(string id, string name) => new()
    {
        SiteId = id,
        Name = name,
        Kind = SiteKind.Van,
        TimeZone = "America/New_York",
        ServiceHours = { new ServiceHours { Day = Protocol.Sites.V1.DayOfWeek.Monday, Opens = "09:00", Closes = "17:30" } },
    };
}
