namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresRefillTests(PostgresFixture postgres) : RefillContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
