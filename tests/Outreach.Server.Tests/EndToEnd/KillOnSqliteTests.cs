namespace Outreach.Server.Tests.EndToEnd;

public sealed class KillOnSqliteTests : KillContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override Task<string[]> CreateStoreAsync() => Task.FromResult<string[]>([$"--Outreach:DataFolder={folder}"]);
}
