namespace Outreach.Server.Tests.EndToEnd;

public sealed class KillOnPostgresTests(PostgresFixture postgres) : KillContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override async Task<string[]> CreateStoreAsync() =>
        [$"--Outreach:DataFolder={folder}", $"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
