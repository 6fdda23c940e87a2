namespace Outreach.Server.Tests;

/// <summary>A server on SQLite.</summary>
public sealed class SqliteServerFixture : ServerFixture
{
    protected override Task<string[]> CreateStoreAsync() => Task.FromResult<string[]>([]);
}
