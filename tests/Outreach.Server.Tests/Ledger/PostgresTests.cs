namespace Outreach.Server.Tests.Ledger;

public sealed class PostgresAppendTests(Postgres postgres) : AppendContract
{
    protected override ValueTask<Home> NewHomeAsync() => PostgresHome.NewAsync(postgres);
}
