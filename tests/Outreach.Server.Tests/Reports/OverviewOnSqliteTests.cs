namespace Outreach.Server.Tests.Reports;

public sealed class OverviewOnSqliteTests(SqliteServerFixture server) : OverviewContract(server), IClassFixture<SqliteServerFixture>;
