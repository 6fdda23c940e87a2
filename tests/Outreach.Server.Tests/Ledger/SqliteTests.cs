namespace Outreach.Server.Tests.Ledger;

public sealed class SqliteAppendTests : AppendContract
{
    protected override ValueTask<Home> NewHomeAsync() => new(new SqliteHome());
}
