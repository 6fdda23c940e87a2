namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresFeedTests(PostgresFixture postgres) : FeedContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
