namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresSnapshotTests(PostgresFixture postgres) : SnapshotContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
