namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteFailureTests : FailureContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
