namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresFailureTests(PostgresFixture postgres) : FailureContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
