using System.Runtime.ExceptionServices;

namespace Outreach.Server.Tests;

/// <summary>A server for the tests of one class, on a store of its own.</summary>
public abstract class ServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-server-");
    private RunningServer? server;
    private ExceptionDispatchInfo? startFailure;

    /// <summary>The server. Where it did not start, each test that asks for it says why, or is skipped with the reason.</summary>
    public RunningServer Server
    {
        get
        {
            startFailure?.Throw();
            return server!;
        }
    }

    public virtual async ValueTask InitializeAsync()
    {
        try
        {
            server = await RunningServer.StartAsync([$"--Outreach:DataFolder={folder.FullName}", .. await CreateStoreAsync()]);
        }
        catch (Exception failure)
        {
            startFailure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a store, and gives the settings that say where it is besides the data folder.</summary>
    protected abstract Task<string[]> CreateStoreAsync();
}

/// <inheritdoc/>
public sealed class SqliteServerFixture : ServerFixture
{
    protected override Task<string[]> CreateStoreAsync() => Task.FromResult<string[]>([]);
}

/// <inheritdoc/>
public sealed class PostgresServerFixture(PostgresFixture postgres) : ServerFixture
{
    protected override async Task<string[]> CreateStoreAsync() => [$"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
