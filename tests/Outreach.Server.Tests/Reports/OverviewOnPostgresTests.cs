namespace Outreach.Server.Tests.Reports;

public sealed class OverviewOnPostgresTests(PostgresServerFixture server) : OverviewContract(server), IClassFixture<PostgresServerFixture>;
