namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresPromiseTests(PostgresFixture postgres) : PromiseContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
