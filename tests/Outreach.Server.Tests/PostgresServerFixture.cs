namespace Outreach.Server.Tests;

/// <summary>A server on PostgreSQL.</summary>
public sealed class PostgresServerFixture(PostgresFixture postgres) : ServerFixture
{
    protected override async Task<string[]> CreateStoreAsync() => [$"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
