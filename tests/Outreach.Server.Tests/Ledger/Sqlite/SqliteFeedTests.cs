namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteFeedTests : FeedContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
