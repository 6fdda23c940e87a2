namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresUpkeepTests(PostgresFixture postgres) : UpkeepContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
