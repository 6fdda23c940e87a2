namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteUpkeepTests : UpkeepContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
