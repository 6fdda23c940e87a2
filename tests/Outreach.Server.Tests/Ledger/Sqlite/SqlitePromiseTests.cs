namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqlitePromiseTests : PromiseContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
