using System.Runtime.ExceptionServices;

namespace Outreach.Server.Tests;

/// <summary>A server for the tests of one class, on a store of its own.</summary>
public abstract class ServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-server-");
    private RunningServer? server;
    private ExceptionDispatchInfo? failed;

    /// <summary>The server. Where it did not start, each test that asks for it says why, or is skipped with the reason.</summary>
    public RunningServer Server
    {
        get
        {
            failed?.Throw();
            return server!;
        }
    }

    public virtual async ValueTask InitializeAsync()
    {
        try
        {
            server = await RunningServer.StartAsync([$"--Outreach:DataFolder={folder.FullName}", .. await StoreAsync()]);
        }
        catch (Exception failure)
        {
            failed = ExceptionDispatchInfo.Capture(failure);
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
    protected abstract Task<string[]> StoreAsync();
}

/// <inheritdoc/>
public sealed class ServerOnSqlite : ServerFixture
{
    protected override Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);
}

/// <inheritdoc/>
public sealed class ServerOnPostgres(Postgres postgres) : ServerFixture
{
    protected override async Task<string[]> StoreAsync() => [$"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
