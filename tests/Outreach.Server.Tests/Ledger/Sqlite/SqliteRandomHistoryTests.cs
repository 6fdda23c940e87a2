namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteRandomHistoryTests : RandomHistoryContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
