namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresAppendTests(PostgresFixture postgres) : AppendContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
