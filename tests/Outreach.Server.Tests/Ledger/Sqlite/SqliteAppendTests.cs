namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteAppendTests : AppendContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
