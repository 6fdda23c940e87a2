using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool;

namespace Outreach.Server.Tests.Tool;

/// <summary>Rows that the server holds for a person, from the import to their release.</summary>
public class HeldImportTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private const string Header = "site_id,visit_month,syringes_returned,syringes_dispensed,no_exchanging_for\n";

    [Fact]
    public async Task Rows_of_an_unknown_site_or_with_an_impossible_count_are_held_and_count_once_released()
    {
        const string Rows = Header + "1,2019-01-01,5,10,2\n1,2019-02-01,0,20,3\nNA,2019-01-01,-4,1,1\n";
        var imported = await ImportAsync(Rows);
        Assert.Contains("site_id: No site has the id 'ppp-1'. (2 rows: 1-2)", imported, StringComparison.Ordinal);
        Assert.Contains("(1 row: 3)", imported, StringComparison.Ordinal);
        var waiting = await RunAsync("held", "list");
        Assert.Equal(3, waiting.Split(Environment.NewLine).Count(line => line.Contains(" held ", StringComparison.Ordinal)));
        Assert.Equal((0, 3), await SyringesOutAndHeldAsync());

        // Two cannot be released as long as there is no such site: each is tried, and both are named.
        using (var tried = await new ToolRun().SignInAsync(fixture.Server))
        {
            Assert.Equal(ExitCode.Findings, await tried.RunAsync(
                "held", "release", "ppp-1", "--reason", "Too soon.", "--server", $"http://{fixture.Server.Channel.Target}"));
            Assert.StartsWith("2 records could not be settled by release:", tried.Errors, StringComparison.Ordinal);
        }

        var site = new Site { SiteId = "ppp-1", Name = "Mobile", Kind = SiteKind.MobileStop, TimeZone = "America/New_York" };
        await new SiteService.SiteServiceClient(fixture.Server.Channel).CreateSiteAsync(
            new CreateSiteRequest { Site = site }, cancellationToken: TestContext.Current.CancellationToken);
        await RunAsync("held", "release", "ppp-1", "--reason", "The site was made since.");
        Assert.Equal((30, 1), await SyringesOutAndHeldAsync());
        await RunAsync("held", "drop", "ppp-not-recorded", "--reason", "A trial.");
        Assert.Equal((30, 0), await SyringesOutAndHeldAsync());

        var again = await ImportAsync(Rows);
        Assert.Matches("imported +2 +2", again);
        Assert.Matches("held for review +0 +0", again);
        Assert.Matches("decided by a person since +1 +1", again);
        Assert.Contains("a person dropped it: it does not count (1 row: 3)", again, StringComparison.Ordinal);
        Assert.Equal((30, 0), await SyringesOutAndHeldAsync());
    }

    private async Task<string> ImportAsync(string csv)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, csv, TestContext.Current.CancellationToken);
        var said = await RunAsync("import", "encounters", file, "--mapping", MappingFileTests.ShippedMappingPath("philadelphia-exchanges.json"));
        File.Delete(file);
        return said;
    }

    private async Task<string> RunAsync(params string[] args)
    {
        using var run = await new ToolRun().SignInAsync(fixture.Server);
        var code = await run.RunAsync([.. args, "--server", fixture.Server.GrpcAddress]);
        Assert.True(code == ExitCode.Success, run.Output + run.Errors);
        return run.Output;
    }

    private async Task<(long SyringesOut, long Held)> SyringesOutAndHeldAsync()
    {
        var response = await new OverviewService.OverviewServiceClient(fixture.Server.Channel).GetOverviewAsync(
            new GetOverviewRequest { Query = new OverviewQuery() }, cancellationToken: TestContext.Current.CancellationToken);
        return (response.Overview.Total.SyringesDistributed, response.Overview.HeldOpen);
    }
}
