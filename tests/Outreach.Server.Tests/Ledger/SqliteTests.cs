namespace Outreach.Server.Tests.Ledger;

public sealed class SqliteAppendTests : AppendContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqliteFailureTests : FailureContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqliteUpkeepTests : UpkeepContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqliteFeedTests : FeedContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqlitePromiseTests : PromiseContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqliteSnapshotTests : SnapshotContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqliteIdempotencyTests : IdempotencyContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqliteRandomHistoryTests : RandomHistoryContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}

public sealed class SqliteRefillTests : RefillContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => new(new SqliteTestStore());
}
