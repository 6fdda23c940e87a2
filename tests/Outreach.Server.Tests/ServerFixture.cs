using System.Runtime.ExceptionServices;

namespace Outreach.Server.Tests;

/// <summary>A server with its own store, shared by the tests of one class.</summary>
public abstract class ServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outreach-server-");
    private RunningServer? server;
    private ExceptionDispatchInfo? startFailure;

    /// <summary>The server. If it did not start, getting it throws the cause, or skips the test.</summary>
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

    /// <summary>Creates a store and returns its settings, in addition to the data folder.</summary>
    protected abstract Task<string[]> CreateStoreAsync();
}
