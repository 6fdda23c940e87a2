using Npgsql;

namespace Outreach.Server.Tests.EndToEnd;

/// <summary>Two processes on one PostgreSQL database serve the same sites, and one of them or its connections are lost.</summary>
public sealed class TwoProcessesTests(PostgresFixture postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-nodes-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Acknowledged_encounters_count_once_after_a_process_is_killed_and_restarted()
    {
        var settings = await CreateStoreAsync();
        var phones = new PhoneLoad();
        var nodes = new[] { await ServerProcess.StartAsync(settings), await ServerProcess.StartAsync(settings) };
        await PhoneLoad.OpenSitesAsync(nodes[0]);
        for (var kill = 0; kill < 4; kill++)
        {
            using var stop = new CancellationTokenSource();
            var calls = Task.WhenAll(nodes.SelectMany(node => phones.StartPhones(node, 4, stop.Token)));
            await Task.WhenAny(phones.WaitForMoreAsync(300), calls);
            await nodes[kill % 2].KillAsync();
            await stop.CancelAsync();
            await calls;
            await nodes[kill % 2].DisposeAsync();
            nodes[kill % 2] = await ServerProcess.StartAsync(settings);
            await phones.ResendAsync(nodes[1 - (kill % 2)]);
        }

        foreach (var node in nodes)
            await phones.AssertCountedOnceAsync(node);
        Assert.Empty(await ApiSteps.VerifyAsync(nodes[0].Channel));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task Dropped_database_connections_lose_no_encounter()
    {
        var settings = await CreateStoreAsync();
        var phones = new PhoneLoad();
        await using var server = await ServerProcess.StartAsync(settings);
        await PhoneLoad.OpenSitesAsync(server);
        for (var drop = 0; drop < 5; drop++)
        {
            using var stop = new CancellationTokenSource();
            var calls = Task.WhenAll(phones.StartPhones(server, 4, stop.Token));
            await Task.WhenAny(phones.WaitForMoreAsync(200), calls);
            await DropConnectionsAsync(settings[1].Split('=', 2)[1]);
            await Task.WhenAny(phones.WaitForMoreAsync(1), calls);
            await stop.CancelAsync();
            await calls;
            await phones.ResendAsync(server);
        }

        await phones.AssertCountedOnceAsync(server);
        Assert.Empty(await ApiSteps.VerifyAsync(server.Channel));
    }

    private static async Task DropConnectionsAsync(string database)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        Assert.True((long)(await command.ExecuteScalarAsync())! > 0);
    }

    private async Task<string[]> CreateStoreAsync() =>
        [$"--Outreach:DataFolder={folder}", $"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
