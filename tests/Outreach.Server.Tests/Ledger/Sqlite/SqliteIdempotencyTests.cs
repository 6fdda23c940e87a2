namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteIdempotencyTests : IdempotencyContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
