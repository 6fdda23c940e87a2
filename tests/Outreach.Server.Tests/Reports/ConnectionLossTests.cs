using Grpc.Core;
using Npgsql;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Server.Tests.Reports;

/// <summary>The database connection is lost while the overview is being read.</summary>
public sealed class ConnectionLossTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-server-");
    private string store = "";
    private RunningServer? server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        store = await postgres.NewDatabaseAsync();
        server = await RunningServer.StartAsync($"--Outreach:DataFolder={folder.FullName}", $"--Outreach:Postgres={store}");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_query_whose_connection_was_lost_can_be_retried()
    {
        var overviews = new OverviewService.OverviewServiceClient(server!.Channel);
        await using var blocker = await OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync(Cancel);
        await RunAsync(blocker, "LOCK TABLE lots IN ACCESS EXCLUSIVE MODE");
        var query = overviews.GetOverviewAsync(new GetOverviewRequest(), cancellationToken: Cancel).ResponseAsync;

        await using var killer = await OpenAsync();
        await Eventually.AssertAsync(async () => await RunAsync(
            killer, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0);

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => query)).StatusCode);
        await transaction.RollbackAsync(Cancel);
        Assert.NotNull((await overviews.GetOverviewAsync(new GetOverviewRequest(), cancellationToken: Cancel)).Overview);
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"{store};Pooling=false");
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private static async Task<long> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel) as long? ?? 0;
    }
}
