namespace Outreach.Server.Tests.Ledger;

public sealed class PostgresAppendTests(PostgresFixture postgres) : AppendContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresFailureTests(PostgresFixture postgres) : FailureContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresUpkeepTests(PostgresFixture postgres) : UpkeepContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresFeedTests(PostgresFixture postgres) : FeedContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresPromiseTests(PostgresFixture postgres) : PromiseContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresSnapshotTests(PostgresFixture postgres) : SnapshotContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresIdempotencyTests(PostgresFixture postgres) : IdempotencyContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresRandomHistoryTests(PostgresFixture postgres) : RandomHistoryContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}

public sealed class PostgresRefillTests(PostgresFixture postgres) : RefillContract
{
    protected override ValueTask<TestStore> CreateStoreAsync() => PostgresTestStore.NewAsync(postgres);
}
