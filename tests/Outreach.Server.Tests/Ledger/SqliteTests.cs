namespace Outreach.Server.Tests.Ledger;

public sealed class SqliteAppendTests : AppendContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}

public sealed class SqliteFailureTests : FailureContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}

public sealed class SqliteUpkeepTests : UpkeepContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}

public sealed class SqliteFeedTests : FeedContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}

public sealed class SqlitePromiseTests : PromiseContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}

public sealed class SqliteSnapshotTests : SnapshotContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}

public sealed class SqliteOnceTests : OnceContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}

public sealed class SqliteRandomTests : RandomContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}
