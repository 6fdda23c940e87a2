using Grpc.Core;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using HeldRecord = Outreach.Domain.Encounters.HeldRecord;
using StaleJournalException = Outreach.Server.Ledger.StaleJournalException;
using EncounterEvent = Outreach.Domain.Encounters.EncounterEvent;

namespace Outreach.Server.Tests.Stock;

/// <summary>What happens to a site over a long time, and to those who write to it or watch it at once.</summary>
public abstract partial class StockContract
{
    [Fact]
    public async Task A_retired_product_can_still_be_handed_out_and_received()
    {
        var (site, product) = (await Host.OpenSiteAsync(), await Host.AddProductAsync());
        await ReceiveAsync(site, product, 5);
        await Host.Catalog.RetireProductAsync(new RetireProductRequest { ProductId = product });

        Assert.Equal(RecordOutcome.Recorded, (await LogAsync(Encounter(site, (product, 2)))).Outcome);
        await ReceiveAsync(site, product, 1);

        Assert.Equal(4, (await StockOfAsync(site, product)).OnHand);
    }

    [Fact]
    public async Task Stock_as_of_an_instant_follows_what_is_recorded_corrected_voided_and_settled_later()
    {
        const int Day = 24 * 60;
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-spray", 10, "a", "2099-12-31", MinutesAgo(5 * Day));
        var voided = MovedBack(Encounter(site, ("test-spray", 4)), 2 * Day);
        var corrected = MovedBack(Encounter(site, ("test-spray", 3)), Day);
        await LogAsync(voided.Clone());
        await LogAsync(corrected.Clone());
        await LogAsync(MovedBack(Encounter(site, ("test-spray", 2)), 3 * Day));
        var correct = Correct(site, corrected);
        correct.Encounter.HandedOut[0].Units = 1;
        await Encounters.CorrectEncounterAsync(correct);
        await Encounters.VoidEncounterAsync(new VoidEncounterRequest
        {
            RequestId = NewId(), SiteId = site, EncounterId = voided.EncounterId, Reason = "twice",
        });
        await LogAsync(MovedBack(Encounter(site, ("test-spray", 20)), 30));
        await Stock.SettleShortfallAsync(new SettleShortfallRequest
        {
            RequestId = NewId(), SiteId = site, ProductId = "test-spray", Units = 13, Reason = "never booked",
        });

        Assert.Equal((10, 0), await AsOfAsync(4 * Day));
        Assert.Equal((8, 0), await AsOfAsync((3 * Day) - 1));
        Assert.Equal((8, 0), await AsOfAsync((2 * Day) - 1));
        Assert.Equal((7, 0), await AsOfAsync(Day - 1));
        Assert.Equal((-13, 13), await AsOfAsync(10));
        Assert.Equal((0, 0), await AsOfAsync(-1));

        async Task<(long, long)> AsOfAsync(int minutesAgo)
        {
            var stock = await Stock.GetStockAsync(new GetStockRequest { SiteId = site, AsOf = MinutesAgo(minutesAgo) });
            return (stock.Products.Single().OnHand, stock.Products.Single().Shortfall);
        }
    }

    [Fact]
    public async Task Stock_delivered_after_an_encounter_is_not_allocated_to_it()
    {
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-spray", 5, "a", "2099-12-31", MinutesAgo(24 * 60));

        await LogAsync(MovedBack(Encounter(site, ("test-spray", 2)), 3 * 24 * 60));

        var before = await Stock.GetStockAsync(new GetStockRequest { SiteId = site, AsOf = MinutesAgo(2 * 24 * 60) });
        Assert.Empty(before.Products.Single().Lots);
        Assert.Equal((5, 2), ((await StockOfAsync(site, "test-spray")).Usable, (await StockOfAsync(site, "test-spray")).Shortfall));
    }

    [Fact]
    public async Task Concurrent_writers_to_a_site_lose_and_duplicate_nothing()
    {
        var site = await Host.OpenSiteAsync();
        var (first, other) = (Encounter(site, ("test-syringe", 1)), Encounter(site, ("test-syringe", 1)));
        await LogAsync(first.Clone());
        var besides = await Host.OpenSecondActivationAsync(site);
        var late = await Host.OpenSecondActivationAsync(site);
        var now = Host.Clock.GetCurrentInstant();
        var held = new HeldRecord(Guid.CreateVersion7(), default, "{}", []);

        await besides.AppendAsync([new EncounterEvent.EncounterHeld(held)], now);
        var answers = (await SyncAsync(first.Clone(), other.Clone(), Encounter(site, ("test-syringe", 1)))).Results;

        Assert.Equal([RecordOutcome.AlreadyRecorded, RecordOutcome.Recorded, RecordOutcome.Recorded], answers.Select(answer => answer.Outcome));
        Assert.Equal([1, 3, 4], answers.Select(answer => answer.Version));
        await Assert.ThrowsAsync<StaleJournalException>(() => late.AppendAsync([new EncounterEvent.EncounterHeld(held)], now));
        Assert.Equal(RecordOutcome.AlreadyRecorded, (await LogAsync(other)).Outcome);
        Assert.Equal(-3, (await StockOfAsync(site, "test-syringe")).OnHand);
    }

    [Fact]
    public async Task A_forged_page_token_is_refused()
    {
        var site = await Host.OpenSiteAsync();
        string[] made = ["9223372036854775807", "9223372036854775808", "-1", "a\0b"];
        foreach (var part in made)
        {
            var movements = Server.Rpc.Paging.CreateToken($"movements/{site}////", part, "0");
            Assert.Equal(StatusCode.InvalidArgument, await FailedStatusAsync(Stock.ListMovementsAsync(
                new ListMovementsRequest { SiteId = site, PageToken = movements }).ResponseAsync));
            var encounters = Server.Rpc.Paging.CreateToken($"encounters/{site}//////False/False", part, "0");
            await AssertInvalidAsync(Encounters.ListEncountersAsync(new ListEncountersRequest { SiteId = site, PageToken = encounters }).ResponseAsync, ["page_token"]);
        }

        var held = Server.Rpc.Paging.CreateToken($"held/{site}/Waiting", "a\0b", "", "");
        await AssertInvalidAsync(Encounters.ListHeldEncountersAsync(new ListHeldEncountersRequest { SiteId = site, PageToken = held }).ResponseAsync, ["page_token"]);
        await Encounters.ListEncountersAsync(
            new ListEncountersRequest { SiteId = site, PageToken = Server.Rpc.Paging.CreateToken($"encounters/{site}//////False/False", "9223372036854775806", "0") });
        await Stock.ListMovementsAsync(new ListMovementsRequest { SiteId = site, PageToken = Server.Rpc.Paging.CreateToken($"movements/{site}////", "9223372036854775806", "0") });
    }
}
