using Outreach.Protocol.Catalog.V1;
using Outreach.Server.Catalog;
using Outreach.Server.Encounters.Participants;
using Outreach.Server.Ledger;
using static Outreach.Protocol.Catalog.V1.CatalogService;

namespace Outreach.Server.Tests.Catalog;

public class CatalogSeedingTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_default_products_are_seeded_once_and_changes_survive_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("outreach-server-");
        var setting = $"--Outreach:DataFolder={folder.FullName}";

        await using (var server = await RunningServer.StartAsync(setting))
            await new CatalogServiceClient(server.Channel).RetireProductAsync(new RetireProductRequest { ProductId = "foil" }, cancellationToken: Cancel);

        await using (var server = await RunningServer.StartAsync(setting))
        {
            var foil = await new CatalogServiceClient(server.Channel).GetProductAsync(new GetProductRequest { ProductId = "foil" }, cancellationToken: Cancel);

            Assert.NotNull(foil.Product.RetireTime);
            Assert.Equal(CatalogSeeder.LoadDefaultProducts().Length + 1, await CountFactsAsync(server));
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Two_nodes_that_start_together_seed_the_default_products_once()
    {
        var folder = Directory.CreateTempSubdirectory("outreach-server-");
        string[] settings = [$"--Outreach:Postgres={await postgres.NewDatabaseAsync()}", $"--Outreach:DataFolder={folder.FullName}"];
        // Which key a program has is settled before it has two nodes.
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, ProgramKeyLoader.DefaultFile), new byte[ParticipantHasher.KeyBytes], Cancel);

        var servers = await Task.WhenAll(RunningServer.StartAsync(settings), RunningServer.StartAsync(settings));

        Assert.Equal(CatalogSeeder.LoadDefaultProducts().Length, await CountFactsAsync(servers[0]));
        Assert.Equal(CatalogSeeder.LoadDefaultProducts().Length, await CountFactsAsync(servers[1]));
        foreach (var server in servers)
            await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static ValueTask<int> CountFactsAsync(RunningServer server) =>
        server.GetService<ILedger>().ReadAsync(CatalogStreamDefinition.Instance, CatalogStreamDefinition.StreamId, 1, long.MaxValue, Cancel).CountAsync(Cancel);
}
