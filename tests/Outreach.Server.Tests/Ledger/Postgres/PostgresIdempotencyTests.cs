namespace Outreach.Server.Tests.Ledger.Postgres;

public sealed class PostgresIdempotencyTests(PostgresFixture postgres) : IdempotencyContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.CreateAsync(postgres);
}
