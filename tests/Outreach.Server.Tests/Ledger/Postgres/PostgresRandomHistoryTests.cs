namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresRandomHistoryTests(PostgresFixture postgres) : RandomHistoryContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
