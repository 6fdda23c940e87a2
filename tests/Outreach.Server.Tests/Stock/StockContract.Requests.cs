using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Tests.Stock;

/// <summary>What is malformed, and what is asked for again.</summary>
public abstract partial class StockContract
{
    private static readonly Timestamp NoTime = new() { Nanos = -1 };

    [Fact]
    public async Task Every_violation_is_named_at_once()
    {
        var wrong = new Encounter { EncounterId = "x", OccurredAt = MinutesAgo(0), HandedOut = { new HandedOut { ProductId = "test-spray" } }, PeopleTrained = -1 };
        string[] content = ["encounter.handed_out[0].units", "encounter.people_trained"];
        string[] who = ["request_id", "encounter_id", "reason"];

        await AssertInvalidAsync(
            Encounters.CorrectEncounterAsync(new CorrectEncounterRequest { SiteId = "No Site", Encounter = wrong.Clone() }).ResponseAsync,
            [.. who, "site_id", .. content]);
        await AssertInvalidAsync(Encounters.CorrectEncounterAsync(new CorrectEncounterRequest()).ResponseAsync, [.. who, "site_id", "encounter"]);
        await AssertInvalidAsync(Encounters.VoidEncounterAsync(new VoidEncounterRequest()).ResponseAsync, [.. who, "site_id"]);
        wrong.SiteId = "No Site";
        await AssertInvalidAsync(
            Encounters.ReleaseHeldEncounterAsync(new ReleaseHeldEncounterRequest { SiteId = "site-1", Encounter = wrong.Clone() }).ResponseAsync,
            [.. who, "encounter.site_id", .. content]);
        await AssertInvalidAsync(
            Encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = wrong.Clone(), DeviceClock = NoTime }).ResponseAsync,
            ["device_clock", "encounter.encounter_id", "encounter.site_id", .. content]);
        await AssertInvalidAsync(Encounters.LogEncounterAsync(new LogEncounterRequest { DeviceClock = NoTime }).ResponseAsync, ["device_clock", "encounter"]);
        var receipt = new ReceiveStockRequest
        {
            LotNumber = "~", ExpiresOn = "soon", OccurredAt = NoTime, Source = new string('x', 101),
        };
        await AssertInvalidAsync(
            Stock.ReceiveStockAsync(receipt).ResponseAsync,
            ["request_id", "site_id", "product_id", "lot_number", "expires_on", "units", "source", "occurred_at"]);
        await AssertInvalidAsync(ReceiveAsync(await Host.OpenSiteAsync(), "test-spray", 0, expires: "2099-12-31"), ["lot_number", "units"]);
    }

    [Fact]
    public async Task A_repeated_receipt_gets_the_first_answer_even_if_its_product_changed()
    {
        var (site, product) = (await Host.OpenSiteAsync(), await Host.AddProductAsync());
        var receive = Receipt(site, product, 5, "", "");
        var first = await Stock.ReceiveStockAsync(receive);
        await Host.ChangeProductAsync(new Product { ProductId = product, TracksLots = true }, "tracks_lots", changed => changed.TracksLots);

        Assert.Equal(first, await Stock.ReceiveStockAsync(receive));
        receive.Units = 6;
        Assert.Equal(StatusCode.AlreadyExists, await FailedStatusAsync(Stock.ReceiveStockAsync(receive).ResponseAsync));
        await AssertInvalidAsync(ReceiveAsync(site, product, 5), ["lot_number"]);
    }

    [Fact]
    public async Task A_correction_keeps_unchanged_lines_after_catalogue_and_time_zone_changes()
    {
        var (site, product) = (await Host.OpenSiteAsync(), await Host.AddProductAsync());
        var encounter = Encounter(site, (product, 2));
        encounter.OccurredAt = new Timestamp { Seconds = 1_546_391_700 }; // 2019-01-01T20:15 in New York
        encounter.Bulk = new Bulk { People = 3, LastDay = "2019-01-01" };
        await LogAsync(encounter.Clone());
        var correct = Correct(site, encounter);
        correct.Encounter.PeopleTrained = 1;
        var first = await Encounters.CorrectEncounterAsync(correct.Clone());
        await Host.Sites.UpdateSiteAsync(new UpdateSiteRequest
        {
            Site = new Site { SiteId = site, TimeZone = "Europe/Berlin" }, UpdateMask = FieldMask.FromString("time_zone"),
        });
        await Host.ChangeProductAsync(new Product { ProductId = product, ItemsPerUnit = 100 }, "items_per_unit", changed => changed.ItemsPerUnit == 100);

        Assert.Equal(first, await Encounters.CorrectEncounterAsync(correct.Clone()));
        correct = Correct(site, encounter);
        correct.Encounter.PeopleTrained = 2;
        var second = (await Encounters.CorrectEncounterAsync(correct.Clone())).Encounter;
        Assert.Equal(("2019-01-01", 2), (second.Day, second.Encounter.PeopleTrained));
        Assert.Equal(20, await Host.QueryNumberAsync($"SELECT syringes_distributed FROM site_days WHERE site_id = '{site}'"));
        correct = Correct(site, encounter);
        correct.Encounter.HandedOut[0].Units = 3;
        await Encounters.CorrectEncounterAsync(correct);
        Assert.Equal(300, await Host.QueryNumberAsync($"SELECT syringes_distributed FROM site_days WHERE site_id = '{site}'"));
    }

    [Fact]
    public async Task A_request_that_could_not_be_written_can_be_repeated()
    {
        var site = await Host.OpenSiteAsync();
        var said = new Domain.Encounters.Encounter(Guid.CreateVersion7(), new Domain.Sites.SiteId(site), NodaTime.SystemClock.Instance.GetCurrentInstant());
        var unwritable = said with { Overdose = new Domain.Encounters.OverdoseReport(MillilitresInjected: double.NaN) };

        await Assert.ThrowsAnyAsync<Exception>(() => LogAsync(unwritable));

        Assert.Equal(new Domain.Encounters.RecordResult(Domain.Encounters.RecordOutcome.Recorded, 1), await LogAsync(said));

        async Task<Domain.Encounters.RecordResult> LogAsync(Domain.Encounters.Encounter encounter) =>
            (await Host.GetEncounterGrain(site).LogAsync(new Domain.Encounters.EncounterBatch([new Domain.Encounters.IncomingEncounter(encounter, default)], default, null)))[0];
    }
}
