using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Duration = NodaTime.Duration;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;

namespace Outreach.Server.Tests.Stock;

/// <summary>What stock and encounters do, on any store, seen through the API.</summary>
public abstract partial class StockContract(StockServerFixture host) : StockCalls(host)
{
    [Fact]
    public async Task An_encounter_is_recorded_once_and_its_repetition_answers_as_the_first_time()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("test-spray", 2));
        encounter.ParticipantCode = "ab 12";

        var first = await LogAsync(encounter);
        encounter.ParticipantCode = " AB 12 ";
        var again = await LogAsync(encounter);

        Assert.Equal((RecordOutcome.Recorded, 1), (first.Outcome, first.Version));
        Assert.Equal([new Shortfall { ProductId = "test-spray", Units = 2 }], first.Shortfalls);
        Assert.Equal(RecordOutcome.AlreadyRecorded, again.Outcome);
        again.Outcome = RecordOutcome.Recorded;
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task The_same_id_with_other_content_conflicts()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("test-spray", 2));
        await LogAsync(encounter);
        encounter.HandedOut[0].Units = 3;

        Assert.Equal(StatusCode.AlreadyExists, await FailedStatusAsync(LogAsync(encounter)));
        Assert.Equal(RecordOutcome.IdTaken, (await SyncAsync(encounter)).Results[0].Outcome);
        Assert.Equal(-2, (await StockOfAsync(site, "test-spray")).OnHand);
    }

    [Fact]
    public async Task The_same_id_many_times_at_once_is_recorded_once()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("test-syringe", 1));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => LogAsync(encounter.Clone())));

        Assert.Single(answers, answer => answer.Outcome == RecordOutcome.Recorded);
        Assert.All(answers, answer => Assert.Equal(1, answer.Version));
        Assert.Equal(-1, (await StockOfAsync(site, "test-syringe")).OnHand);
    }

    [Fact]
    public async Task A_batch_answers_each_record_in_order_and_reports_missing_sequence_numbers()
    {
        var (site, other) = (await Host.OpenSiteAsync(), await Host.OpenSiteAsync());
        var device = $"phone-{site}";
        var first = NumberedEncounter(site, device, 1);
        var twice = NumberedEncounter(site, device, 4);
        var unkept = NumberedEncounter(site, device, 5);
        unkept.EncounterId = "no uuid";
        var held = NumberedEncounter(site, device, 6);
        held.HandedOut[0].Units = 0;
        var changed = twice.Clone();
        changed.PeopleTrained = 1;

        var response = await SyncAsync(first, twice, unkept, held, NumberedEncounter(other, device, 3), twice.Clone(), changed);

        Assert.Equal(
            [RecordOutcome.Recorded, RecordOutcome.Recorded, RecordOutcome.Malformed, RecordOutcome.Held, RecordOutcome.Recorded, RecordOutcome.AlreadyRecorded, RecordOutcome.IdTaken],
            response.Results.Select(answer => answer.Outcome));
        Assert.Equal("encounter_id", response.Results[2].Reasons.Single().Field);
        Assert.Equal(
            (HoldCode.ImpossibleQuantity, "handed_out[0].units"), (response.Results[3].Reasons.Single().Code, response.Results[3].Reasons.Single().Field));
        var progress = new DeviceProgress { DeviceId = device, Received = 4, Highest = 6, Missing = { 2, 5 } };
        Assert.Equal(progress, response.Devices.Single());
        Assert.Equal(progress, (await Encounters.GetDeviceProgressAsync(new GetDeviceProgressRequest { DeviceId = device })).Progress);
    }

    [Fact]
    public async Task A_long_device_history_is_summarized_by_missing_numbers()
    {
        var site = await Host.OpenSiteAsync();
        var device = $"phone-{site}";
        await SyncAsync([.. Enumerable.Range(1, 400).Where(number => number is not (130 or 200)).Select(number => NumberedEncounter(site, device, number))]);

        var late = (await SyncAsync(NumberedEncounter(site, device, 130))).Devices.Single();

        Assert.Equal(new DeviceProgress { DeviceId = device, Received = 399, Highest = 400, Missing = { 200 } }, late);
        Assert.Equal(0, (await Encounters.GetDeviceProgressAsync(new GetDeviceProgressRequest { DeviceId = "never-heard-of" })).Progress.Received);
    }

    [Fact]
    public async Task A_repeated_record_is_recognized_after_a_restart()
    {
        var site = await Host.OpenSiteAsync();
        var encounters = Enumerable.Range(0, 20).Select(_ => Encounter(site, ("test-spray", 1))).ToArray();
        var random = Encounter(site, ("test-spray", 1));
        random.EncounterId = Guid.NewGuid().ToString();
        var first = await SyncAsync([.. encounters, random]);
        await Host.RestartAsync();

        var again = await SyncAsync([.. encounters.Select(encounter => encounter.Clone()), random.Clone(), Encounter(site, ("test-spray", 1))]);

        Assert.All(again.Results.Take(21), answer => Assert.Equal(RecordOutcome.AlreadyRecorded, answer.Outcome));
        Assert.Equal(first.Results.Select(answer => answer.Version), again.Results.Take(21).Select(answer => answer.Version));
        Assert.Equal(RecordOutcome.Recorded, again.Results[21].Outcome);
        Assert.Equal(-22, (await StockOfAsync(site, "test-spray")).OnHand);
    }

    [Fact]
    public async Task A_held_record_counts_once_it_is_released_with_corrections()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("test-spray", 1), ("unheard-of", 2));
        encounter.OccurredAt = MinutesAgo(-24 * 60);
        encounter.ParticipantCode = "secret 77";
        var answer = (await SyncAsync(encounter)).Results[0];
        Assert.Equal([HoldCode.UnknownProduct, HoldCode.InTheFuture], answer.Reasons.Select(reason => reason.Code));
        encounter.ParticipantCode = "secret 77";
        Assert.Equal(answer, (await SyncAsync(encounter)).Results[0]);

        var held = Assert.Single((await Encounters.ListHeldEncountersAsync(new ListHeldEncountersRequest { SiteId = site })).HeldEncounters);
        Assert.Equal((HeldState.Waiting, ""), (held.State, held.Encounter.ParticipantCode));
        Assert.DoesNotContain("secret", held.ToString(), StringComparison.OrdinalIgnoreCase);
        var release = new ReleaseHeldEncounterRequest
        {
            RequestId = NewId(), SiteId = site, EncounterId = encounter.EncounterId, Reason = "clock was wrong",
        };
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Encounters.ReleaseHeldEncounterAsync(release).ResponseAsync));

        release.Encounter = held.Encounter.Clone();
        release.Encounter.HandedOut.RemoveAt(1);
        release.Encounter.OccurredAt = MinutesAgo(1);
        var released = (await Encounters.ReleaseHeldEncounterAsync(release)).Result;

        Assert.Equal(RecordOutcome.Recorded, released.Outcome);
        Assert.Equal(released, (await Encounters.ReleaseHeldEncounterAsync(release)).Result);
        Assert.Equal(-1, (await StockOfAsync(site, "test-spray")).OnHand);
        var recorded = await GetAsync(site, encounter.EncounterId);
        Assert.True(recorded.HasParticipantCode);
        Assert.Equal(HeldState.Released, Assert.Single((await Encounters.ListHeldEncountersAsync(
            new ListHeldEncountersRequest { SiteId = site, State = HeldState.Released })).HeldEncounters).State);
        encounter.ParticipantCode = "secret 77";
        released.Outcome = RecordOutcome.AlreadyRecorded;
        Assert.Equal(released, (await SyncAsync(encounter)).Results[0]);
        release.Encounter.EncounterId = encounter.EncounterId;
        Assert.Equal(released, await LogAsync(new Encounter(release.Encounter) { ParticipantCode = "secret 77" }));
        Assert.Equal(RecordOutcome.IdTaken, (await SyncAsync(new Encounter(encounter) { PeopleTrained = 9 })).Results[0].Outcome);
    }

    [Fact]
    public async Task A_record_for_an_unknown_site_can_be_released_to_another_site()
    {
        var site = await Host.OpenSiteAsync();
        var unknown = $"{site}-typo";
        var encounter = Encounter(unknown, ("test-syringe", 5));
        var answer = (await SyncAsync(encounter)).Results[0];
        Assert.Equal(HoldCode.UnknownSite, answer.Reasons.Single().Code);
        var corrected = encounter.Clone();
        corrected.SiteId = site;
        var release = new ReleaseHeldEncounterRequest
        {
            RequestId = NewId(), SiteId = unknown, EncounterId = encounter.EncounterId, Encounter = corrected, Reason = "wrong van",
        };

        var released = (await Encounters.ReleaseHeldEncounterAsync(release.Clone())).Result;

        Assert.Equal(RecordOutcome.Recorded, released.Outcome);
        Assert.Equal(released, (await Encounters.ReleaseHeldEncounterAsync(release.Clone())).Result);
        Assert.Equal(-5, (await StockOfAsync(site, "test-syringe")).OnHand);
        var again = (await SyncAsync(encounter)).Results[0];
        Assert.Equal((RecordOutcome.AlreadyRecorded, 3, 0), (again.Outcome, again.Version, again.Reasons.Count));
        Assert.Equal(site, (await GetAsync(site, encounter.EncounterId)).Encounter.SiteId);
        Assert.Equal(StatusCode.NotFound, await FailedStatusAsync(GetAsync(unknown, encounter.EncounterId)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_time_corrected_by_a_person_is_not_clock_corrected(bool elsewhere)
    {
        var site = await Host.OpenSiteAsync();
        var there = elsewhere ? await Host.OpenSiteAsync() : site;
        var encounter = Encounter(site, ("unheard-of", 1));
        encounter.OccurredAt = new Timestamp { Seconds = 3_600 };
        await Encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter.Clone(), DeviceClock = new Timestamp { Seconds = 7_200 } });
        var release = Release(site, Encounter(there, ("test-syringe", 1)), encounter.EncounterId);

        await Encounters.ReleaseHeldEncounterAsync(release);

        Assert.Equal(release.Encounter.OccurredAt, (await GetAsync(there, encounter.EncounterId)).OccurredAt);
    }

    [Theory]
    [InlineData("Van-1")]
    [InlineData("")]
    public async Task A_record_with_an_invalid_site_id_is_held_and_can_be_released_to_a_site(string said)
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(said, ("test-syringe", 5));
        var answer = (await SyncAsync(encounter, Encounter(site, ("test-syringe", 1)))).Results[0];
        Assert.Equal((RecordOutcome.Held, HoldCode.UnknownSite, "site_id"), (answer.Outcome, answer.Reasons.Single().Code, answer.Reasons.Single().Field));
        Assert.Equal(answer, await LogAsync(encounter.Clone()));
        var waiting = await Encounters.ListHeldEncountersAsync(new ListHeldEncountersRequest { SiteId = "~", PageSize = 1_000 });
        var held = waiting.HeldEncounters.Single(held => held.Encounter.EncounterId == encounter.EncounterId);
        Assert.Equal(said, held.Encounter.SiteId);
        var release = Release(said, null, encounter.EncounterId);
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Encounters.ReleaseHeldEncounterAsync(release.Clone()).ResponseAsync));
        release.Encounter = new Encounter(held.Encounter) { SiteId = site };

        var released = (await Encounters.ReleaseHeldEncounterAsync(release.Clone())).Result;

        Assert.Equal((RecordOutcome.Recorded, 2), (released.Outcome, released.Version));
        Assert.Equal(released, (await Encounters.ReleaseHeldEncounterAsync(release.Clone())).Result);
        Assert.Equal(-6, (await StockOfAsync(site, "test-syringe")).OnHand);
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Encounters.DropHeldEncounterAsync(Drop("~", encounter)).ResponseAsync));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task An_interrupted_release_to_another_site_counts_once_and_blocks_other_decisions(bool there, bool byItself)
    {
        var (site, other) = (await Host.OpenSiteAsync(), await Host.OpenSiteAsync());
        var encounter = Encounter(site, ("unheard-of", 5));
        await SyncAsync(encounter);
        var release = Release(site, Encounter(other, ("test-syringe", 5)), encounter.EncounterId);
        (Host.CallInterrupter.Method, Host.CallInterrupter.AfterCall) = ("TakeOverAsync", there);
        await FailedStatusAsync(Encounters.ReleaseHeldEncounterAsync(release.Clone()).ResponseAsync);

        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Encounters.DropHeldEncounterAsync(Drop(site, encounter)).ResponseAsync));
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(
            Encounters.ReleaseHeldEncounterAsync(Release(site, Encounter(site), encounter.EncounterId)).ResponseAsync));
        Assert.Equal((HeldState.Waiting, other), await GetHeldAsync(site, HeldState.Waiting));

        Host.CallInterrupter.Method = null;
        if (byItself)
        {
            Host.Clock.Offset = Duration.FromMinutes(1);
            await Eventually.AssertAsync(async () => (await GetHeldAsync(site, HeldState.Released)).State == HeldState.Released);
            Host.Clock.Offset = default;
        }

        var released = (await Encounters.ReleaseHeldEncounterAsync(release.Clone())).Result;

        Assert.Equal((RecordOutcome.Recorded, 1), (released.Outcome, released.Version));
        await Host.WakeAsync(site, "hand-over", encounter.EncounterId);
        Assert.Equal(released, (await Encounters.ReleaseHeldEncounterAsync(release.Clone())).Result);
        Assert.Equal(-5, (await StockOfAsync(other, "test-syringe")).OnHand);
        Assert.Equal((HeldState.Released, ""), await GetHeldAsync(site, HeldState.Released));
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Encounters.DropHeldEncounterAsync(Drop(site, encounter)).ResponseAsync));
    }

    [Fact]
    public async Task A_record_that_another_site_refuses_is_held_again()
    {
        var (site, other) = (await Host.OpenSiteAsync(), await Host.OpenSiteAsync());
        var encounter = Encounter(site, ("unheard-of", 5));
        await SyncAsync(encounter);
        var namesake = Encounter(other, ("test-syringe", 1));
        namesake.EncounterId = encounter.EncounterId;
        await LogAsync(namesake);
        var release = Release(site, Encounter(other, ("test-syringe", 5)), encounter.EncounterId);

        Assert.Equal(StatusCode.AlreadyExists, await FailedStatusAsync(Encounters.ReleaseHeldEncounterAsync(release.Clone()).ResponseAsync));

        Assert.Equal((HeldState.Waiting, ""), await GetHeldAsync(site, HeldState.Waiting));
        Assert.Equal(StatusCode.AlreadyExists, await FailedStatusAsync(Encounters.ReleaseHeldEncounterAsync(release.Clone()).ResponseAsync));
        Assert.Equal(-1, (await StockOfAsync(other, "test-syringe")).OnHand);
        Assert.Equal(HeldState.Dropped, (await Encounters.DropHeldEncounterAsync(Drop(site, encounter))).HeldEncounter.State);
    }

    [Fact]
    public async Task A_held_record_that_is_dropped_stays_dropped()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("unheard-of", 2));
        await SyncAsync(encounter);
        var drop = new DropHeldEncounterRequest
        {
            RequestId = NewId(), SiteId = site, EncounterId = encounter.EncounterId, Reason = "a test",
        };

        var dropped = (await Encounters.DropHeldEncounterAsync(drop)).HeldEncounter;

        Assert.Equal((HeldState.Dropped, "admin", "a test"), (dropped.State, dropped.ResolvedByPersonId, dropped.ResolutionReason));
        Assert.Equal(dropped, (await Encounters.DropHeldEncounterAsync(drop)).HeldEncounter);
        Assert.Equal(RecordOutcome.Held, (await SyncAsync(encounter)).Results[0].Outcome);
        drop.RequestId = NewId();
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Encounters.DropHeldEncounterAsync(drop).ResponseAsync));
        drop.EncounterId = NewId();
        Assert.Equal(StatusCode.NotFound, await FailedStatusAsync(Encounters.DropHeldEncounterAsync(drop).ResponseAsync));
    }

    [Fact]
    public async Task Stock_follows_corrections_and_voidings_and_earlier_versions_are_kept()
    {
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-spray", 10, "a", "2099-12-31");
        var encounter = Encounter(site, ("test-spray", 4));
        await LogAsync(encounter);
        var correct = new CorrectEncounterRequest
        {
            RequestId = NewId(), SiteId = site, EncounterId = encounter.EncounterId, Encounter = Encounter(site, ("test-spray", 1)), Reason = "miscounted",
        };

        var corrected = (await Encounters.CorrectEncounterAsync(correct.Clone())).Encounter;

        Assert.Equal(9, (await StockOfAsync(site, "test-spray")).OnHand);
        Assert.Equal((1, 4), (corrected.Encounter.HandedOut[0].Units, corrected.Amendments.Single().Before.HandedOut[0].Units));
        Assert.Equal(corrected, (await Encounters.CorrectEncounterAsync(correct.Clone())).Encounter);

        var cancel = new VoidEncounterRequest { RequestId = NewId(), SiteId = site, EncounterId = encounter.EncounterId, Reason = "twice" };
        var voided = (await Encounters.VoidEncounterAsync(cancel)).Encounter;

        Assert.Equal((true, 2), (voided.Voided, voided.Amendments.Count));
        Assert.Equal(10, (await StockOfAsync(site, "test-spray")).OnHand);
        Assert.Equal(corrected, (await Encounters.CorrectEncounterAsync(correct.Clone())).Encounter);
        correct.RequestId = NewId();
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Encounters.CorrectEncounterAsync(correct.Clone()).ResponseAsync));
        cancel.EncounterId = NewId();
        Assert.Equal(StatusCode.AlreadyExists, await FailedStatusAsync(Encounters.VoidEncounterAsync(cancel).ResponseAsync));
        Assert.Empty((await Encounters.ListEncountersAsync(new ListEncountersRequest { SiteId = site })).Encounters);
        Assert.Equal(voided, Assert.Single((await Encounters.ListEncountersAsync(
            new ListEncountersRequest { SiteId = site, IncludeVoided = true })).Encounters));
    }

    [Fact]
    public async Task A_correction_that_would_be_held_names_every_field()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("test-spray", 4));
        await LogAsync(encounter);
        var wrong = Encounter(site, ("unheard-of", 0));

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Encounters.CorrectEncounterAsync(new CorrectEncounterRequest
        {
            RequestId = NewId(), SiteId = site, EncounterId = encounter.EncounterId, Encounter = wrong, Reason = "x",
        }));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(
            ["encounter.handed_out[0].units", "encounter.handed_out[0].product_id"],
            refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    [Fact]
    public async Task Stock_can_be_read_as_of_any_instant()
    {
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-spray", 10, "a", "2099-12-31", MinutesAgo(3 * 24 * 60));
        await LogAsync(MovedBack(Encounter(site, ("test-spray", 4)), 2 * 24 * 60));
        await LogAsync(MovedBack(Encounter(site, ("test-spray", 3)), 60));
        await LogAsync(MovedBack(Encounter(site, ("test-spray", 5)), 30));

        Assert.Equal((-2L, 2L), await OnHandAsync(null));
        Assert.Equal((3L, 0L), await OnHandAsync(45));
        Assert.Equal((6L, 0L), await OnHandAsync(90));
        Assert.Equal((10L, 0L), await OnHandAsync((2 * 24 * 60) + 1));
        Assert.Equal((0L, 0L), await OnHandAsync(4 * 24 * 60));

        async Task<(long, long)> OnHandAsync(int? minutesAgo)
        {
            var stock = await Stock.GetStockAsync(new GetStockRequest { SiteId = site, AsOf = minutesAgo is { } ago ? MinutesAgo(ago) : null });
            var spray = stock.Products.SingleOrDefault(product => product.ProductId == "test-spray") ?? new ProductStock();
            return (spray.OnHand, spray.Shortfall);
        }
    }

    [Fact]
    public async Task Stock_comes_in_once_and_shortfalls_are_settled()
    {
        var site = await Host.OpenSiteAsync();
        await LogAsync(Encounter(site, ("test-spray", 3)));
        var receive = Receipt(site, "test-spray", 5, "a", "2099-12-31");

        var first = await Stock.ReceiveStockAsync(receive);
        await ReceiveAsync(site, "test-spray", 5, "b", "2098-12-31");

        Assert.Equal(first, await Stock.ReceiveStockAsync(receive));
        Assert.Equal((2, 3), (first.Stock.OnHand, first.Stock.Shortfall));
        receive.Units = 6;
        Assert.Equal(StatusCode.AlreadyExists, await FailedStatusAsync(Stock.ReceiveStockAsync(receive).ResponseAsync));
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(ReceiveAsync(site, "test-spray", 1, "a", "2097-12-31")));
        Assert.Equal(StatusCode.NotFound, await FailedStatusAsync(ReceiveAsync(site, "unheard-of", 1, "a", "2097-12-31")));
        Assert.Equal(StatusCode.NotFound, await FailedStatusAsync(ReceiveAsync("unheard-of", "test-spray", 1, "a", "2097-12-31")));
        Assert.Equal(StatusCode.InvalidArgument, await FailedStatusAsync(ReceiveAsync(site, "test-spray", 1)));
        Assert.Equal(StatusCode.InvalidArgument, await FailedStatusAsync(ReceiveAsync(site, "test-spray", 1, "c", "9999-12-31")));

        var settle = new SettleShortfallRequest
        {
            RequestId = NewId(), SiteId = site, ProductId = "test-spray", Units = 2, LotNumber = "a", Reason = "found the box",
        };
        var settled = await Stock.SettleShortfallAsync(settle);
        Assert.Equal((7, 1, 3), (settled.Stock.OnHand, settled.Stock.Shortfall, settled.Stock.Lots.Single(lot => lot.LotNumber == "a").OnHand));
        Assert.Equal(settled, await Stock.SettleShortfallAsync(settle));
        settle.RequestId = NewId();
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(Stock.SettleShortfallAsync(settle).ResponseAsync));
    }

    [Fact]
    public async Task A_lot_past_its_last_day_is_marked_as_expired()
    {
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-spray", 5, "old", "2020-12-31");
        await LogAsync(Encounter(site, ("test-spray", 1)));

        var stock = await StockOfAsync(site, "test-spray");

        Assert.Equal((5, 0, 1, true), (stock.Expired, stock.Usable, stock.Shortfall, stock.Lots.Single().Expired));
    }

    [Fact]
    public async Task Lot_expiry_is_recorded_once_even_if_delivered_twice()
    {
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-spray", 5, "A/1", "2099-12-31");
        Assert.Equal("", await Host.ReadExpiredFlagAsync(site, "A/1"));

        await Host.WakeAsync(site, "test-spray", "A/1", "2099-12-31");
        await Host.WakeAsync(site, "test-spray", "A/1", "2099-12-31");

        Assert.Equal("1", await Host.ReadExpiredFlagAsync(site, "A/1"));
        Assert.Equal(2, (await Stock.GetStockAsync(new GetStockRequest { SiteId = site })).Version);
    }

    [Fact]
    public async Task Movements_page_by_page_add_up_to_what_is_on_hand()
    {
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-spray", 10, "a", "2099-12-31");
        await ReceiveAsync(site, "test-spray", 10, "b", "2098-12-31");
        await SyncAsync([.. Enumerable.Range(0, 13).Select(_ => Encounter(site, ("test-spray", 2), ("test-syringe", 1)))]);

        var movements = new List<Movement>();
        var request = new ListMovementsRequest { SiteId = site, PageSize = 4 };
        do
        {
            var page = await Stock.ListMovementsAsync(request);
            Assert.InRange(page.Movements.Count, 0, 4);
            movements.AddRange(page.Movements);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal((await StockOfAsync(site, "test-spray")).OnHand, movements.Where(movement => movement.ProductId == "test-spray").Sum(movement => movement.Units));
        Assert.Equal(-13, movements.Where(movement => movement.ProductId == "test-syringe").Sum(movement => movement.Units));
        Assert.Equal(movements.Select(movement => movement.Version).OrderDescending(), movements.Select(movement => movement.Version));
        request = new ListMovementsRequest { SiteId = site, ProductId = "test-spray", LotNumber = "a", PageSize = 1_000 };
        Assert.All((await Stock.ListMovementsAsync(request)).Movements, movement => Assert.Equal("a", movement.LotNumber));
    }

    [Fact]
    public async Task Encounters_are_listed_latest_first_by_any_filter_once_each()
    {
        var site = await Host.OpenSiteAsync();
        var sent = Enumerable.Range(0, 12).Select(i => MovedBack(Encounter(site, ("test-syringe", i + 1)), i * 24 * 60)).ToArray();
        sent[3].ParticipantCode = sent[8].ParticipantCode = "zz 9";
        sent[5].OverdoseReport = new OverdoseReport { Reversals = 1 };
        await SyncAsync(sent);
        var moved = MovedBack(sent[11].Clone(), 60);
        await Encounters.CorrectEncounterAsync(new CorrectEncounterRequest
        {
            RequestId = NewId(), SiteId = site, EncounterId = moved.EncounterId, Encounter = moved, Reason = "wrong day",
        });

        foreach (var scope in new[] { site, "" })
        {
            var all = await ListAsync(new ListEncountersRequest { SiteId = scope, PageSize = 5 }, site);
            Assert.Equal(sent.Select(encounter => encounter.EncounterId).Order(), all.Select(found => found.Encounter.EncounterId).Order());
            var days = await ListAsync(new ListEncountersRequest { SiteId = scope, FromDay = Day(1), ToDay = Day(0), PageSize = 1 }, site);
            Assert.Equal([12, 1, 2], days.Select(found => found.Encounter.HandedOut[0].Units).OrderBy(units => units == 12 ? 0 : units));
            var reports = await ListAsync(new ListEncountersRequest { SiteId = scope, WithOverdoseReport = true }, site);
            Assert.Equal(sent[5].EncounterId, Assert.Single(reports).Encounter.EncounterId);
            var key = (await GetAsync(site, sent[3].EncounterId)).ParticipantKey;
            var same = await ListAsync(new ListEncountersRequest { SiteId = scope, ParticipantKey = key, PageSize = 1 }, site);
            Assert.Equal(new[] { sent[3].EncounterId, sent[8].EncounterId }.Order(), same.Select(found => found.Encounter.EncounterId).Order());
        }
    }

    [Fact]
    public async Task A_watcher_gets_a_first_state_then_every_movement_once_and_can_resume()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-syringe", 1_000);
        using var call = Stock.WatchStock(new WatchStockRequest { SiteId = site }, cancellationToken: cancel.Token);
        await call.ResponseStream.MoveNext(cancel.Token);
        var first = call.ResponseStream.Current;
        Assert.Equal((true, 1, 1_000), (first.IsSnapshot, first.Version, first.Products.Single().OnHand));

        for (var i = 0; i < 10; i++)
            await SyncAsync([.. Enumerable.Range(0, 10).Select(_ => Encounter(site, ("test-syringe", 1)))]);

        var seen = await ReadUntilAsync(call, 51, cancel.Token);
        Assert.Equal(Enumerable.Range(2, seen.Count).Select(version => (long)version), seen.Select(movement => movement.Version));
        using var resumed = Stock.WatchStock(new WatchStockRequest { SiteId = site, AfterVersion = seen[^1].Version }, cancellationToken: cancel.Token);
        var rest = seen[^1].Version < 101 ? await ReadUntilAsync(resumed, 101, cancel.Token) : [];
        Assert.Equal(Enumerable.Range(2, 100).Select(version => (long)version), seen.Concat(rest).Select(movement => movement.Version));
        Assert.Equal(StatusCode.NotFound, await FailedStatusAsync(ReadFirstStateAsync(new WatchStockRequest { SiteId = "unheard-of" })));
        Assert.Equal(StatusCode.FailedPrecondition, await FailedStatusAsync(ReadFirstStateAsync(new WatchStockRequest { SiteId = site, AfterVersion = 9_999 })));
    }

    [Fact]
    public async Task A_watch_resumes_from_a_version_just_read_even_if_others_watch()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var site = await Host.OpenSiteAsync();
        await LogAsync(Encounter(site, ("test-syringe", 1)));
        using var other = Stock.WatchStock(new WatchStockRequest { SiteId = site }, cancellationToken: cancel.Token);
        await other.ResponseStream.MoveNext(cancel.Token);

        for (var i = 0; i < 20; i++)
        {
            await LogAsync(Encounter(site, ("test-syringe", 1)));
            await LogAsync(Encounter(site, ("test-syringe", 1)));
            var read = await Stock.GetStockAsync(new GetStockRequest { SiteId = site });
            using var call = Stock.WatchStock(new WatchStockRequest { SiteId = site, AfterVersion = read.Version }, cancellationToken: cancel.Token);
            await LogAsync(Encounter(site, ("test-syringe", 1)));
            await call.ResponseStream.MoveNext(cancel.Token);
            Assert.Equal(read.Version + 1, call.ResponseStream.Current.Movements.Single().Version);
        }
    }

    [Fact]
    public async Task Every_watcher_of_a_site_receives_every_movement()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var site = await Host.OpenSiteAsync();
        await ReceiveAsync(site, "test-syringe", 1_000);
        var calls = Enumerable.Range(0, 20).Select(_ => Stock.WatchStock(new WatchStockRequest { SiteId = site }, cancellationToken: cancel.Token)).ToList();
        foreach (var call in calls)
            await call.ResponseStream.MoveNext(cancel.Token);

        for (var i = 0; i < 5; i++)
            await LogAsync(Encounter(site, ("test-syringe", 1)));
        calls[0].Dispose();
        await LogAsync(Encounter(site, ("test-syringe", 1)));

        foreach (var call in calls.Skip(1))
            Assert.Equal([2, 3, 4, 5, 6, 7], (await ReadUntilAsync(call, 7, cancel.Token)).Select(movement => movement.Version));
        calls.ForEach(call => call.Dispose());
    }

    [Fact]
    public async Task A_device_with_a_wrong_clock_is_corrected_by_the_time_it_sends()
    {
        var site = await Host.OpenSiteAsync();
        var encounter = Encounter(site, ("test-syringe", 1));
        encounter.OccurredAt = new Timestamp { Seconds = 3_600 };

        await Encounters.LogEncounterAsync(new LogEncounterRequest { Encounter = encounter, DeviceClock = new Timestamp { Seconds = 7_200 } });

        var recorded = await GetAsync(site, encounter.EncounterId);
        Assert.Equal(3_600, recorded.Encounter.OccurredAt.Seconds);
        Assert.InRange(recorded.OccurredAt.ToDateTime(), DateTime.UtcNow.AddMinutes(-61), DateTime.UtcNow.AddMinutes(-59));
    }

    [Fact]
    public async Task A_record_that_cannot_be_held_names_every_violation()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => LogAsync(new Encounter { EncounterId = "x", SiteId = "No Site" }));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(3, refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Count);

        var large = Encounter(await Host.OpenSiteAsync(), ("test-spray", 1));
        large.Provenance = new Provenance { Source = new string('x', 70_000) };
        Assert.Equal(StatusCode.InvalidArgument, await FailedStatusAsync(LogAsync(large)));
        Assert.Equal(RecordOutcome.Malformed, (await SyncAsync(large)).Results[0].Outcome);
    }
}
