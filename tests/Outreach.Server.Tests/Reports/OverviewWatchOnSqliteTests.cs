namespace Outreach.Server.Tests.Reports;

public sealed class OverviewWatchOnSqliteTests(SqliteServerFixture server) : OverviewWatchContract(server), IClassFixture<SqliteServerFixture>;
