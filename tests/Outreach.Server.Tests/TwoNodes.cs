namespace Outreach.Server.Tests;

/// <summary>Runs two servers on the same PostgreSQL database.</summary>
public abstract class TwoNodes(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-server-");
    private readonly List<RunningServer> nodes = [];

    protected IReadOnlyList<RunningServer> Nodes => nodes;

    public async ValueTask InitializeAsync()
    {
        string[] settings = [$"--Outreach:Postgres={await postgres.NewDatabaseAsync()}", $"--Outreach:DataFolder={folder.FullName}"];
        nodes.Add(await RunningServer.StartAsync(settings));
        nodes.Add(await RunningServer.StartAsync(settings));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
