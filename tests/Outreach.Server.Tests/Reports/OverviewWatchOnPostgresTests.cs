namespace Outreach.Server.Tests.Reports;

public sealed class OverviewWatchOnPostgresTests(PostgresServerFixture server) : OverviewWatchContract(server), IClassFixture<PostgresServerFixture>;
