using Npgsql;

namespace Outreach.Server.Tests.Whole;

/// <summary>Two processes of one program on one PostgreSQL, each called by phones at the same sites, while one or the other is lost.</summary>
public sealed class NodesTests(Postgres postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-nodes-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_either_acknowledged_is_counted_once_when_one_is_killed_and_comes_back()
    {
        var settings = await SettingsAsync();
        var phones = new Phones();
        var nodes = new[] { await ServerProcess.StartAsync(settings), await ServerProcess.StartAsync(settings) };
        await Phones.OpenSitesAsync(nodes[0]);
        for (var kill = 0; kill < 4; kill++)
        {
            using var stop = new CancellationTokenSource();
            var calling = Task.WhenAll(nodes.SelectMany(node => phones.Call(node, 4, stop.Token)));
            await Task.WhenAny(phones.MoreAsync(300), calling);
            await nodes[kill % 2].KillAsync();
            await stop.CancelAsync();
            await calling;
            await nodes[kill % 2].DisposeAsync();
            nodes[kill % 2] = await ServerProcess.StartAsync(settings);
            await phones.SendAgainAsync(nodes[1 - (kill % 2)]);
        }

        foreach (var node in nodes)
            await phones.AssertCountedOnceAsync(node);
        Assert.Empty(await Field.VerifyAsync(nodes[0].Channel));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_drops_its_connections_costs_no_encounter()
    {
        var settings = await SettingsAsync();
        var phones = new Phones();
        await using var server = await ServerProcess.StartAsync(settings);
        await Phones.OpenSitesAsync(server);
        for (var drop = 0; drop < 5; drop++)
        {
            using var stop = new CancellationTokenSource();
            var calling = Task.WhenAll(phones.Call(server, 4, stop.Token));
            await Task.WhenAny(phones.MoreAsync(200), calling);
            await DropConnectionsAsync(settings[1].Split('=', 2)[1]);
            await Task.WhenAny(phones.MoreAsync(1), calling);
            await stop.CancelAsync();
            await calling;
            await phones.SendAgainAsync(server);
        }

        await phones.AssertCountedOnceAsync(server);
        Assert.Empty(await Field.VerifyAsync(server.Channel));
    }

    private static async Task DropConnectionsAsync(string database)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        Assert.True((long)(await command.ExecuteScalarAsync())! > 0);
    }

    private async Task<string[]> SettingsAsync() =>
        [$"--Outreach:DataFolder={folder}", $"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
