namespace Outreach.Server.Tests.Ledger;

public sealed class PostgresAppendTests(Postgres postgres) : AppendContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}

public sealed class PostgresFailureTests(Postgres postgres) : FailureContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}

public sealed class PostgresUpkeepTests(Postgres postgres) : UpkeepContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}

public sealed class PostgresFeedTests(Postgres postgres) : FeedContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}

public sealed class PostgresPromiseTests(Postgres postgres) : PromiseContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}

public sealed class PostgresSnapshotTests(Postgres postgres) : SnapshotContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}

public sealed class PostgresOnceTests(Postgres postgres) : OnceContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}

public sealed class PostgresRandomTests(Postgres postgres) : RandomContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}
