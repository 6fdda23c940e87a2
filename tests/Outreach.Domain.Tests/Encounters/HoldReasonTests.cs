using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.SiteScenario;

namespace Outreach.Domain.Tests.Encounters;

public class HoldReasonTests
{
    [Fact]
    public void A_well_formed_record_of_a_known_site_with_known_products_counts()
    {
        Assert.Empty(Reasons(Encounter(Line(Spray, 1))));
        Assert.True(EncounterRules.IsCountable(Incoming(Encounter(Line(Spray, 1))), Reference, Duration.Zero, Noon));
    }

    [Fact]
    public void All_reasons_are_reported_together()
    {
        var encounter = Encounter(Line(new ProductId("unknown"), 1)) with { DeviceTime = Noon + Duration.FromHours(1) };
        var incoming = Incoming(encounter) with { Errors = [new HoldReason(HoldCode.ImpossibleQuantity, "handed_out[0].units", "0 is none.")] };

        var reasons = EncounterRules.FindHoldReasons(incoming, Reference with { Zone = null }, Duration.Zero, Noon);

        Assert.Equal(
            [HoldCode.ImpossibleQuantity, HoldCode.UnknownSite, HoldCode.UnknownProduct, HoldCode.InTheFuture],
            reasons.Select(reason => reason.Code));
        Assert.Equal("handed_out[0].product_id", reasons[2].Field);
    }

    [Fact]
    public void The_last_reason_says_how_many_more_there_are()
    {
        var encounter = Encounter([.. Enumerable.Range(0, 100).Select(i => Line(new ProductId($"unknown-{i}"), 1))]);

        var reasons = Reasons(encounter);

        Assert.Equal(EncounterRules.MaxReasons, reasons.Count);
        Assert.Equal("handed_out[48].product_id", reasons[^2].Field);
        Assert.Equal("There are 51 more reasons.", reasons[^1].Description);
    }

    [Theory]
    [InlineData(5 * 60, true)]
    [InlineData(5 * 60 + 1, false)]
    public void A_time_more_than_five_minutes_ahead_is_in_the_future(int secondsAhead, bool counts)
    {
        var encounter = Encounter() with { DeviceTime = Noon + Duration.FromSeconds(secondsAhead) };

        Assert.Equal(counts, Reasons(encounter).Count == 0);
        Assert.Equal(counts, EncounterRules.IsCountable(Incoming(encounter), Reference, Duration.Zero, Noon));
    }

    [Fact]
    public void The_time_of_a_device_with_a_wrong_clock_is_corrected()
    {
        var deadBattery = Instant.FromUnixTimeSeconds(600);
        var correction = DeviceClock.ComputeCorrection(deadBattery + Duration.FromHours(1), Noon);
        var encounter = Encounter() with { DeviceTime = deadBattery };

        Assert.True(EncounterRules.IsCountable(Incoming(encounter), Reference, correction, Noon));
        Assert.Equal(Noon - Duration.FromHours(1), EncounterRules.Log(StockState.Empty, Incoming(encounter), Reference, correction, null).Counted.OccurredAt);
    }

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, -121)]
    [InlineData(-120, 0)]
    [InlineData(-121, 121)]
    public void A_clock_difference_up_to_two_minutes_is_ignored(int deviceAhead, int correction) =>
        Assert.Equal(Duration.FromSeconds(correction), DeviceClock.ComputeCorrection(Noon + Duration.FromSeconds(deviceAhead), Noon));

    [Fact]
    public void A_record_at_the_end_of_the_calendar_is_held()
    {
        var encounter = Encounter() with { DeviceTime = Instant.FromUtc(9999, 12, 31, 23, 59) };
        var correction = DeviceClock.ComputeCorrection(Instant.FromUtc(1, 1, 1, 0, 0), Noon);

        Assert.Equal(HoldCode.InTheFuture, Assert.Single(EncounterRules.FindHoldReasons(Incoming(encounter), Reference, correction, Noon)).Code);
        Assert.False(EncounterRules.IsCountable(Incoming(encounter), Reference, correction, Noon));
    }

    [Fact]
    public void A_time_before_the_year_2000_is_malformed()
    {
        var reason = Assert.Single(Reasons(Encounter() with { DeviceTime = Instant.FromUtc(1999, 12, 31, 23, 59) }));

        Assert.Equal((HoldCode.Malformed, "occurred_at"), (reason.Code, reason.Field));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(366, true)]
    [InlineData(367, false)]
    public void A_bulk_record_covers_at_most_366_days_after_its_first(int days, bool counts)
    {
        var encounter = Encounter() with { Bulk = new Bulk(40, Today.PlusDays(days)) };

        Assert.Equal(counts, Reasons(encounter).Count == 0);
        Assert.Equal(counts, EncounterRules.IsCountable(Incoming(encounter), Reference, Duration.Zero, Noon));
    }

    [Theory]
    [InlineData(1_000, 3_000, 333)]
    [InlineData(1_000, 16_000, 63)]
    [InlineData(10, 4_000, 3)]
    [InlineData(1, 100_000, 0)]
    public void Syringes_counted_by_weight_are_rounded_to_the_nearest_integer(int grams, int milligramsEach, long count) =>
        Assert.Equal(count, new SyringeWeight(grams, milligramsEach).Count());

    private static EquatableList<HoldReason> Reasons(Encounter encounter) =>
        EncounterRules.FindHoldReasons(Incoming(encounter), Reference, Duration.Zero, Noon);
}
