namespace Outreach.Server.Tests.Ledger.Sqlite;

public sealed class SqliteRefillTests : RefillContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
