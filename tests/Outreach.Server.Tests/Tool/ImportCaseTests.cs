using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool;
using Outreach.Tool.Import.Tables;

namespace Outreach.Server.Tests.Tool;

/// <summary>Small files as the field sends them, through the tool into the real server: what a dry run shows, and what then happens.</summary>
public sealed class ImportCaseTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private EncounterService.EncounterServiceClient Encounters => new(fixture.Server.Channel);

    [Theory]
    [InlineData("empty-tail", "imported imported left out left out")]
    [InlineData("trailing-columns", "imported imported")]
    [InlineData("semicolon", "imported")]
    [InlineData("serial-day", "held for review")]
    [InlineData("dry-run", "held for review held for review held for review imported")]
    public async Task A_dry_run_shows_what_the_import_then_does_and_the_same_file_again_changes_nothing(string name, string expected)
    {
        var dryRun = await ImportAsync(name, name, "--dry-run");
        Assert.Equal(expected, string.Join(' ', dryRun.Rows.Select(r => r["result"])));
        var import = await ImportAsync(name, name);
        Assert.Equal(Describe(dryRun), Describe(import));
        var again = await ImportAsync(name, name);
        Assert.All(again.Rows.Where(r => r["result"] != "left out"), r => Assert.Equal("yes", r["already_recorded"]));
        Assert.Equal(import.Rows.Select(r => r["id"]), again.Rows.Select(r => r["id"]));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_held_and_not_summed()
    {
        using var run = await RunAsync("import", "encounters", Case("dry-run.csv"), "--mapping", await UniqueMappingAsync("dry-run"), "--dry-run");
        Assert.Contains("syringe handed out: 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("given: '2,0' is not a whole number", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_of_windows_1252_reach_the_server_whole()
    {
        using var run = await RunAsync("import", "sites", Case("windows-1252.csv"), "--mapping", Case("windows-1252.json"));
        Assert.Contains("read as Windows-1252", run.Output, StringComparison.Ordinal);
        var site = await new SiteService.SiteServiceClient(fixture.Server.Channel).GetSiteAsync(new GetSiteRequest { SiteId = "case-cafe" }, cancellationToken: Cancel);
        Assert.Equal("Café – Québec", site.Site.Name);
    }

    [Fact]
    public async Task A_held_row_that_was_mended_in_the_file_is_released_as_the_file_says_it_now()
    {
        var mapping = await UniqueMappingAsync("held-then-mended");
        var held = Assert.Single((await ImportFileAsync(Case("held-then-mended-1.csv"), mapping)).Rows);
        Assert.Equal("held for review", held["result"]);
        var dryRun = await ImportFileAsync(Case("held-then-mended-2.csv"), mapping, "--dry-run");
        var mended = await ImportFileAsync(Case("held-then-mended-2.csv"), mapping);
        Assert.Equal(Describe(dryRun), Describe(mended));
        Assert.Equal(("corrected", held["id"]), (mended.Rows[0]["result"], mended.Rows[0]["id"]));
        Assert.Equal(5, (await GetAsync(held["id"]!)).Encounter.SyringesReturned.Count);
        Assert.Equal(("imported", "yes"), await StatusAsync(Case("held-then-mended-2.csv"), mapping));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("No Where")]
    public async Task A_held_row_whose_site_was_mended_is_released_to_that_site(string site)
    {
        await ImportAsync("empty-tail", "empty-tail");
        var mapping = await WriteAsync($$"""
            {
              "kind": "encounters", "source": "site mended {{site}}", "row_key": ["id"], "site": { "column": "site" },
              "occurred": { "column": "day", "time_of_day": "12:00", "time_zone": "America/New_York" },
              "exclude_rows": [{ "column": "status", "values": ["cancelled"] }]
            }
            """);
        const string Header = "id,site,day,status\n";
        const string Cancelled = "2,case-site,2026-03-07,Cancelled\n";
        var held = await ImportFileAsync(await WriteAsync($"{Header}1,{site},2026-03-07,done\n{Cancelled}"), mapping);
        Assert.Equal(["held for review", "left out"], held.Rows.Select(r => r["result"]));
        var mended = await WriteAsync($"{Header}1,case-site,2026-03-07,done\n{Cancelled}");
        var dryRun = await ImportFileAsync(mended, mapping, "--dry-run");
        Assert.Equal(Describe(dryRun), Describe(await ImportFileAsync(mended, mapping)));
        Assert.Equal(("imported", "yes"), await StatusAsync(mended, mapping));
        Assert.Equal("case-site", (await GetAsync(held.Rows[0]["id"]!)).Encounter.SiteId);
    }

    [Fact]
    public async Task Records_of_the_source_that_have_no_row_any_more_are_told()
    {
        var mapping = await UniqueMappingAsync("semicolon");
        await ImportFileAsync(await WriteAsync("returned;note\n5;a\n6;b\n"), mapping);
        using var run = await RunAsync("import", "encounters", await WriteAsync("returned;note\n5;a\n7;b\n"), "--mapping", mapping, "--dry-run");
        Assert.Contains("1 recorded and 0 held records came from this source before and have no row in this file", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recorded_row_that_was_changed_is_reported_and_corrected_when_asked()
    {
        var mapping = await UniqueMappingAsync("held-then-mended");
        var first = await WriteAsync("row,returned\n1,5\n2,6\n");
        var changed = await WriteAsync("row,returned\n1,7\n2,6\n");
        var id = (await ImportFileAsync(first, mapping)).Rows[0]["id"]!;

        var reported = await ImportFileAsync(changed, mapping);
        Assert.Equal(["different from what is recorded", "imported"], reported.Rows.Select(r => r["result"]));
        Assert.Contains("syringes_returned; import again with --correct", reported.Rows[0]["reasons"], StringComparison.Ordinal);
        Assert.Equal(5, (await GetAsync(id)).Encounter.SyringesReturned.Count);

        var dryRun = await ImportFileAsync(changed, mapping, "--correct", "--dry-run");
        var corrected = await ImportFileAsync(changed, mapping, "--correct");
        Assert.Equal(Describe(dryRun), Describe(corrected));
        Assert.Equal(["corrected", "imported"], corrected.Rows.Select(r => r["result"]));
        Assert.Equal(7, (await GetAsync(id)).Encounter.SyringesReturned.Count);
        Assert.Equal(("imported", "yes"), await StatusAsync(changed, mapping));
        // The first file is what it said before somebody decided otherwise.
        Assert.Equal(("decided by a person since", "yes"), await StatusAsync(first, mapping));
    }

    [Fact]
    public async Task Rows_without_a_key_keep_their_records_when_others_are_inserted_above_or_they_repeat()
    {
        var mapping = await UniqueMappingAsync("semicolon");
        var first = await ImportFileAsync(await WriteAsync("returned;note\n5;a\n5;a\n6;b\n"), mapping);
        Assert.Equal(3, first.Rows.Select(r => r["id"]).Distinct().Count());
        var second = await ImportFileAsync(await WriteAsync("returned;note\n9;new\n6;b\n5;a\n5;a\n"), mapping);
        Assert.Equal(["no", "yes", "yes", "yes"], second.Rows.Select(r => r["already_recorded"]));
        Assert.Equal(first.Rows.Select(r => r["id"]).Order(), second.Rows.Skip(1).Select(r => r["id"]).Order());
    }

    [Fact]
    public async Task A_row_that_moved_to_another_site_is_reported_and_not_recorded_twice()
    {
        var mapping = await WriteAsync("""
            {
              "kind": "encounters", "source": "moved", "row_key": ["id"], "site": { "column": "site" },
              "ensure_sites": [
                { "site_id": "moved-a", "name": "A", "kind": "fixed", "time_zone": "UTC" }, { "site_id": "moved-b", "name": "B", "kind": "fixed", "time_zone": "UTC" }
              ],
              "occurred": { "column": "day", "time_of_day": "12:00", "time_zone": "UTC" }
            }
            """);
        await ImportFileAsync(await WriteAsync("id,site,day\n1,moved-a,2026-03-07\n"), mapping);
        var moved = await WriteAsync("id,site,day\n1,moved-b,2026-03-07\n");
        Assert.Equal(("different from what is recorded", "yes"), await StatusAsync(moved, mapping, "--correct"));
    }

    [Fact]
    public async Task An_export_imported_again_changes_nothing()
    {
        await ImportAsync("empty-tail", "empty-tail");
        await LogRichEncounterAsync();
        var export = await WriteAsync("");
        using var exporting = await RunAsync("export", "encounters", "--to", export, "--format", "csv");
        var before = await File.ReadAllTextAsync(export, Cancel);
        var rows = (await ImportFileAsync(export, MappingFileTests.ShippedMappingPath("outreach-export.json"))).Rows;
        Assert.True(rows.Count >= 3);
        Assert.All(rows, r => Assert.Equal(("imported", "yes", r["key"]), (r["result"], r["already_recorded"], r["id"])));
        using var exportingAgain = await RunAsync("export", "encounters", "--to", export, "--format", "csv");
        Assert.Equal(before, await File.ReadAllTextAsync(export, Cancel));
    }

    [Fact]
    public async Task Receipts_are_imported_once_and_a_row_that_cannot_be_read_is_not_sent()
    {
        await ImportAsync("empty-tail", "empty-tail");
        var mapping = MappingFileTests.ShippedMappingPath("example-receipts.json");
        var file = await WriteAsync(
            "receipt,site,day,product,lot,expires,units,from\n"
            + "1,case-site,2026-03-07,naloxone-nasal-4mg,A1,12/31/2199,24,State\n"
            + "2,case-site,2026-03-07,syringe,,,some,State\n"
            + "3,nowhere,2026-03-07,syringe,,,100,State\n");
        Assert.Equal(["imported no", "not imported no", "not imported no"], (await ImportFileAsync(file, mapping, "receipts")).Rows.Select(Brief));
        Assert.Equal(["imported yes", "not imported no", "not imported no"], (await ImportFileAsync(file, mapping, "receipts")).Rows.Select(Brief));

        static string Brief(Row row) => $"{row["result"]} {row["already_recorded"]}";
    }

    [Fact]
    public async Task Every_reason_to_hold_a_row_is_foreseen_by_a_dry_run()
    {
        await ImportAsync("empty-tail", "empty-tail");
        var mapping = await WriteAsync("""
            {
              "kind": "encounters", "source": "foreseen", "row_key": ["id"], "site": { "column": "site" },
              "occurred": { "column": "day", "time_of_day": "12:00", "time_zone": "America/New_York" },
              "bulk": { "people": { "column": "people" }, "last_day": { "column": "last" }, "optional": true },
              "handed_out": [{ "product_column": "product", "units": { "column": "units" }, "lot": { "columns": ["lot"] } }],
              "syringes_returned": { "column": "back" },
              "syringes_returned_weight": { "column": "kg", "unit": "kilograms", "milligrams_each": 7000 },
              "others": { "column": "others" }, "people_trained": { "column": "trained" },
              "overdose_report": { "reversals": { "column": "revived" } }
            }
            """);
        var file = await WriteAsync("""
            id,site,day,people,last,product,units,lot,back,kg,others,trained,revived
            1,case-site,2026-03-07,,,syringe,5,,3,,,,
            2,nowhere,2026-03-07,,,syringe,5,,,,,,
            3,No Where,2026-03-07,,,syringe,5,,,,,,
            4,case-site,2026-03-07,,,unknown,5,,,,,,
            5,case-site,2026-03-07,,,No Product,-5,,,,,,
            6,case-site,2026-03-07,,,syringe,2000000,,,,,,
            7,case-site,2026-03-07,,,naloxone-nasal-4mg,1,a lot with far too long a name,,,,,
            8,case-site,some day,,,,,,,,,,
            9,case-site,1999-12-31,,,,,,,,,,
            10,case-site,2026-03-07,200000,,,,,,,,,
            11,case-site,2026-03-07,5,2026-03-01,,,,,,,,
            12,case-site,2026-03-07,5,some day,,,,,,,,
            13,case-site,2026-03-07,5,2026-03-31,,,,,,,,
            14,case-site,2026-03-07,,,,,,-7,,,,
            15,case-site,2026-03-07,,,,,,,heavy,,,
            16,case-site,2026-03-07,,,,,,,99999,,,
            17,case-site,2026-03-07,,,,,,,,5000,99999,
            18,case-site,2026-03-07,,,,,,,,,,5000
            19,case-site,2062-03-07,,,,,,,,,,
            """);
        var dryRun = await ImportFileAsync(file, mapping, "--dry-run");
        var import = await ImportFileAsync(file, mapping);
        Assert.Equal(Describe(dryRun), Describe(import));
        Assert.Equal(["1", "13"], import.Rows.Where(r => r["result"]!.StartsWith("imported", StringComparison.Ordinal)).Select(r => r["key"]));
    }

    [Fact]
    public async Task A_file_without_rows_is_an_error_that_shows_its_header()
    {
        using var run = new ToolRun();
        Assert.Equal(ExitCode.Usage, await run.RunAsync("import", "encounters", await WriteAsync("returned,note\n,\n"), "--mapping", Case("empty-tail.json")));
        Assert.Contains("has no rows to import. Its header is: returned, note.", run.Errors, StringComparison.Ordinal);
    }

    private static string Case(string file) => Path.Combine(AppContext.BaseDirectory, "Tool", "Cases", file);

    private static IEnumerable<string> Describe(SourceTable report) =>
        report.Rows.Select(r => $"{r["row"]} {r["key"]} {r["result"]} {r["already_recorded"]} {r["id"]} {r["notes"]} {WithoutTimes(r["reasons"])}");

    // The server says in other words when a record is in the future.
    private static string? WithoutTimes(string? reasons) => reasons?.Split("occurred_at: ")[0];

    private async Task<RecordedEncounter> GetAsync(string id) =>
        (await Encounters.GetEncounterAsync(new GetEncounterRequest { SiteId = "case-site", EncounterId = id }, cancellationToken: Cancel)).Encounter;

    private async Task<(string?, string?)> StatusAsync(string file, string mapping, params string[] options)
    {
        var row = (await ImportFileAsync(file, mapping, options)).Rows[0];
        return (row["result"], row["already_recorded"]);
    }

    private async Task<SourceTable> ImportAsync(string file, string mapping, params string[] options) =>
        await ImportFileAsync(Case($"{file}.csv"), Case($"{mapping}.json"), options);

    private async Task<SourceTable> ImportFileAsync(string file, string mapping, params string[] options)
    {
        var report = Path.GetTempFileName();
        var what = options is ["receipts", ..] ? "receipts" : "encounters";
        using var run = await RunAsync(["import", what, file, "--mapping", mapping, "--report", report, .. options.Where(o => o != what)]);
        var table = Csv.Read(await File.ReadAllTextAsync(report, Cancel));
        File.Delete(report);
        return table;
    }

    private async Task<ToolRun> RunAsync(params string[] args)
    {
        var run = await new ToolRun().SignInAsync(fixture.Server);
        var code = await run.RunAsync([.. args, "--server", fixture.Server.GrpcAddress]);
        Assert.True(code is ExitCode.Success or ExitCode.Findings, run.Output + run.Errors);
        return run;
    }

    // A mapping of a case under a source of its own, so that tests do not share records.
    private static async Task<string> UniqueMappingAsync(string name) =>
        await WriteAsync((await File.ReadAllTextAsync(Case($"{name}.json"), Cancel)).Replace("field case", $"field case {Guid.NewGuid():N}", StringComparison.Ordinal));

    private static async Task<string> WriteAsync(string text)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text, Cancel);
        return file;
    }

    private async Task LogRichEncounterAsync()
    {
        var encounter = new Encounter
        {
            EncounterId = Guid.CreateVersion7().ToString(),
            SiteId = "case-site",
            OccurredAt = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 1_772_900_000, Nanos = 123_456_700 },
            LocationType = LocationType.Street,
            OnBehalfOf = OnBehalfOf.SelfAndOthers,
            Others = 3,
            Bulk = new Bulk { People = 4, LastDay = "2026-03-09" },
            HandedOut = { new HandedOut { ProductId = "syringe", Units = 10 }, new HandedOut { ProductId = "naloxone-nasal-4mg", Units = 2, LotNumber = "B 7" } },
            SyringesReturned = new SyringesReturned { Weight = new SyringeWeight { Grams = 900, MilligramsEach = 7_000 } },
            Services = { Service.WoundCare, Service.Education },
            Referrals = { ReferralKind.Housing },
            RefillReasons = { RefillReason.Lost },
            ParticipantCode = "AB12",
            OverdoseReport = new OverdoseReport
            {
                OverdosesSeen = 1, Reversals = 1, MillilitresInjected = 0.4, RescueBreathing = Answer.Yes, EmergencyServicesCalled = Answer.No,
                NotCalledReason = NotCalledReason.FearOfPolice, Signs = { OverdoseSign.Colour, OverdoseSign.Breathing },
                FormsUsed = { MedicationForm.Nasal }, Outcomes = { OverdoseOutcome.PersonOk }, SuspectedDrugs = { SuspectedDrug.Fentanyl },
            },
            DeviceId = "phone-1",
            DeviceSequence = 1,
        };
        await Encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);
    }
}
