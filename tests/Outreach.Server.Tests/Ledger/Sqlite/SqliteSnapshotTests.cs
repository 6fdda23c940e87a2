namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteSnapshotTests : SnapshotContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
