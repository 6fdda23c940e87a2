using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using Outreach.Tool;

namespace Outreach.Server.Tests.Tool;

/// <summary>Encounters as CSV, for a spreadsheet.</summary>
public sealed class EncounterExportTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_export_has_a_header_and_an_encounter_has_every_column()
    {
        var empty = await ExportAsync();
        Assert.Contains("encounter_id", empty.Header);
        Assert.Empty(empty.Rows);

        await LogAsync();
        var whole = await ExportAsync();

        Assert.Equal(empty.Header, whole.Header);
        var row = Assert.Single(whole.Rows);
        Assert.Equal(
            [
                ("on_behalf_of", "self_and_others"), ("others", "3"), ("handed_out", "naloxone-nasal-4mg:2"), ("handed_out_lines", "naloxone-nasal-4mg:2"), ("lots", "naloxone-nasal-4mg:2 of A 100"),
                ("millilitres_injected", "0.4"), ("rescue_breathing", "yes"), ("emergency_services_called", "no"),
                ("not_called_reason", "fear_of_police"), ("signs", "breathing"), ("remarks", "first; second"),
            ],
            new[]
            {
                "on_behalf_of", "others", "handed_out", "handed_out_lines", "lots", "millilitres_injected", "rescue_breathing", "emergency_services_called",
                "not_called_reason", "signs", "remarks",
            }.Select(column => (column, row.RawValue(column))));
    }

    private async Task LogAsync()
    {
        var site = new Protocol.Sites.V1.Site { SiteId = "van-1", Name = "Van", Kind = Protocol.Sites.V1.SiteKind.Van, TimeZone = "America/New_York" };
        await new Protocol.Sites.V1.SiteService.SiteServiceClient(fixture.Server.Channel).CreateSiteAsync(new() { Site = site }, cancellationToken: Cancel);
        var stock = new StockService.StockServiceClient(fixture.Server.Channel);
        var encounters = new EncounterService.EncounterServiceClient(fixture.Server.Channel);
        await stock.ReceiveStockAsync(
            new ReceiveStockRequest
            {
                RequestId = NewId(), SiteId = "van-1", ProductId = "naloxone-nasal-4mg", Units = 5, LotNumber = "A 100", ExpiresOn = "2199-12-31", Source = "x",
            },
            cancellationToken: Cancel);
        var encounter = new Encounter
        {
            EncounterId = NewId(),
            SiteId = "van-1",
            OccurredAt = Timestamp.FromDateTime(DateTime.UtcNow),
            OnBehalfOf = OnBehalfOf.SelfAndOthers,
            Others = 3,
            HandedOut = { new HandedOut { ProductId = "naloxone-nasal-4mg", Units = 2 } },
            OverdoseReport = new OverdoseReport
            {
                OverdosesSeen = 1, MillilitresInjected = 0.4, RescueBreathing = Answer.Yes, EmergencyServicesCalled = Answer.No,
                NotCalledReason = NotCalledReason.FearOfPolice, Signs = { OverdoseSign.Breathing },
            },
            Provenance = new Provenance { Source = "paper", Remarks = { "first", "second" } },
        };
        await encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter }, cancellationToken: Cancel);
    }

    private async Task<Outreach.Tool.Import.Tables.SourceTable> ExportAsync()
    {
        var file = Path.GetTempFileName();
        using var run = await new ToolRun().SignInAsync(fixture.Server);
        Assert.Equal(
            ExitCode.Success,
            await run.RunAsync("export", "encounters", "--to", file, "--format", "csv", "--server", $"http://{fixture.Server.Channel.Target}"));
        var table = Csv.Read(await File.ReadAllTextAsync(file, Cancel));
        File.Delete(file);
        return table;
    }

    private static string NewId() => Guid.CreateVersion7().ToString();
}
