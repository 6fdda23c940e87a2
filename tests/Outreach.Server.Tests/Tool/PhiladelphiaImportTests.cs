using System.Text.Json.Nodes;
using Outreach.Protocol.Reports.V1;
using Outreach.Tool;

namespace Outreach.Server.Tests.Tool;

/// <summary>A real program's files through the public API into the real server, twice.</summary>
public class PhiladelphiaImportTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private const int SiteMonths = 142;
    private const int Refills = 1_236;

    private string Address => fixture.Server.GrpcAddress;

    [Fact]
    public async Task The_imported_year_matches_the_source_and_importing_twice_changes_nothing()
    {
        var expected = SyringesBySiteAndMonth();
        await ImportAllAsync(alreadyRecorded: false);
        var first = await OverviewAsync();
        Assert.Equal(expected, Syringes(first));
        Assert.Equal((3_644_444, 3_225_411), (first.Total.SyringesDistributed, first.Total.SyringesReturned));
        Assert.Equal((SiteMonths + Refills, 0), (first.Total.Encounters, first.Total.Reversals));
        Assert.Equal(0, first.HeldOpen);

        await ImportAllAsync(alreadyRecorded: true);
        Assert.Equal(first, await OverviewAsync());
        await AssertLedgerIsWholeAsync();
        await AssertAllExportedAsync();
    }

    private async Task ImportAllAsync(bool alreadyRecorded)
    {
        await ImportAsync("sites", "sites.csv", "philadelphia-sites.json", 26, noted: 3, alreadyRecorded);
        await ImportAsync("encounters", "site_exchanges_2019.csv", "philadelphia-exchanges.json", SiteMonths, noted: 11, alreadyRecorded);
        await ImportAsync("refills", "naloxone_refills_2018_h1.csv", "philadelphia-refills.json", Refills, noted: 125, alreadyRecorded);
    }

    private async Task ImportAsync(string what, string file, string mapping, int rows, int noted, bool alreadyRecorded)
    {
        var report = Path.GetTempFileName();
        using var run = await new ToolRun().SignInAsync(fixture.Server);
        var code = await run.RunAsync(
            "import", what, SharedData.Find($"philadelphia/{file}"), "--mapping", MappingFileTests.ShippedMappingPath(mapping),
            "--report", report, "--server", Address);
        Assert.True(code == ExitCode.Success, run.Output + run.Errors);
        var lines = Csv.Read(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken)).Rows;
        File.Delete(report);
        Assert.Equal(Enumerable.Range(1, rows).Select(i => $"{i}"), lines.Select(l => l["row"]));
        Assert.Equal(rows - noted, lines.Count(l => l["result"] == "imported"));
        Assert.Equal(noted, lines.Count(l => l["result"] == "imported with notes"));
        Assert.All(lines, l => Assert.Equal(alreadyRecorded ? "yes" : "no", l["already_recorded"]));
    }

    private async Task<Overview> OverviewAsync()
    {
        var query = new OverviewQuery { Span = Span.Month, BySite = true };
        var response = await new OverviewService.OverviewServiceClient(fixture.Server.Channel).GetOverviewAsync(
            new GetOverviewRequest { Query = query }, cancellationToken: TestContext.Current.CancellationToken);
        return response.Overview;
    }

    private static SortedDictionary<string, (long Out, long In)> Syringes(Overview overview) => new(
        overview.Rows.Where(r => r.PeriodStart.StartsWith("2019", StringComparison.Ordinal))
            .ToDictionary(r => $"{r.SiteId} {r.PeriodStart}", r => (r.Figures.SyringesDistributed, r.Figures.SyringesReturned)),
        StringComparer.Ordinal);

    // Read without the importer, so that the two can disagree.
    private static SortedDictionary<string, (long Out, long In)> SyringesBySiteAndMonth()
    {
        var lines = File.ReadAllLines(SharedData.Find("philadelphia/site_exchanges_2019.csv")).Skip(1).Select(l => l.Split(','));
        return new(
            lines.ToDictionary(l => $"ppp-{(l[0] == "NA" ? "not-recorded" : l[0])} {l[1]}", l => (long.Parse(l[3]), long.Parse(l[2]))),
            StringComparer.Ordinal);
    }

    private async Task AssertLedgerIsWholeAsync()
    {
        using var run = await new ToolRun().SignInAsync(fixture.Server);
        Assert.Equal(ExitCode.Success, await run.RunAsync("verify", "--server", Address));
        Assert.Matches("^[1-9].* facts checked; the ledger is whole", run.Output);
    }

    private async Task AssertAllExportedAsync()
    {
        var file = Path.GetTempFileName();
        using var run = await new ToolRun().SignInAsync(fixture.Server);
        Assert.Equal(ExitCode.Success, await run.RunAsync("export", "encounters", "--to", file, "--format", "jsonl", "--server", Address));
        var ids = File.ReadLines(file).Select(l => JsonNode.Parse(l)!["encounter"]!["encounter_id"]!.GetValue<string>());
        Assert.Equal(SiteMonths + Refills, ids.Distinct().Count());
        File.Delete(file);
    }
}
