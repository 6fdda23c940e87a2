using NodaTime;
using Outreach.Domain.Catalog;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.Site;

namespace Outreach.Domain.Tests.Stock;

public class ReasonsTests
{
    [Fact]
    public void A_well_formed_record_of_a_known_site_with_known_products_counts()
    {
        Assert.Empty(Reasons(Encounter(Line(Spray, 1))));
        Assert.True(EncounterRules.Counts(Sent(Encounter(Line(Spray, 1))), Known, Duration.Zero, Noon));
    }

    [Fact]
    public void Every_reason_is_named_at_once()
    {
        var encounter = Encounter(Line(new ProductId("unheard-of"), 1)) with { SaidAt = Noon + Duration.FromHours(1) };
        var sent = Sent(encounter) with { Wrong = [new HoldReason(HoldCode.ImpossibleQuantity, "handed_out[0].units", "0 is none.")] };

        var reasons = EncounterRules.Reasons(sent, Known with { Zone = null }, Duration.Zero, Noon);

        Assert.Equal(
            [HoldCode.ImpossibleQuantity, HoldCode.UnknownSite, HoldCode.UnknownProduct, HoldCode.InTheFuture],
            reasons.Select(reason => reason.Code));
        Assert.Equal("handed_out[0].product_id", reasons[2].Field);
    }

    [Fact]
    public void Of_very_many_reasons_the_last_tells_how_many_more_there_are()
    {
        var encounter = Encounter([.. Enumerable.Range(0, 100).Select(i => Line(new ProductId($"unheard-of-{i}"), 1))]);

        var reasons = Reasons(encounter);

        Assert.Equal(EncounterRules.MaxReasons, reasons.Count);
        Assert.Equal("handed_out[48].product_id", reasons[^2].Field);
        Assert.Equal("There are 51 more reasons.", reasons[^1].Description);
    }

    [Theory]
    [InlineData(5 * 60, true)]
    [InlineData(5 * 60 + 1, false)]
    public void What_happens_later_than_clocks_can_differ_is_in_the_future(int secondsAhead, bool counts)
    {
        var encounter = Encounter() with { SaidAt = Noon + Duration.FromSeconds(secondsAhead) };

        Assert.Equal(counts, Reasons(encounter).Count == 0);
        Assert.Equal(counts, EncounterRules.Counts(Sent(encounter), Known, Duration.Zero, Noon));
    }

    [Fact]
    public void A_clock_that_says_itself_how_wrong_it_is_is_set_right()
    {
        var deadBattery = Instant.FromUnixTimeSeconds(600);
        var shift = DeviceClock.Shift(deadBattery + Duration.FromHours(1), Noon);
        var encounter = Encounter() with { SaidAt = deadBattery };

        Assert.True(EncounterRules.Counts(Sent(encounter), Known, shift, Noon));
        Assert.Equal(Noon - Duration.FromHours(1), EncounterRules.Log(StockState.Empty, Sent(encounter), Known, shift, null).Entry.OccurredAt);
    }

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, -121)]
    [InlineData(-120, 0)]
    [InlineData(-121, 121)]
    public void Clocks_that_differ_by_two_minutes_agree(int deviceAhead, int shift) =>
        Assert.Equal(Duration.FromSeconds(shift), DeviceClock.Shift(Noon + Duration.FromSeconds(deviceAhead), Noon));

    [Fact]
    public void The_end_of_time_by_any_clock_is_held_and_not_a_crash()
    {
        var theEnd = Encounter() with { SaidAt = Instant.FromUtc(9999, 12, 31, 23, 59) };
        var shift = DeviceClock.Shift(Instant.FromUtc(1, 1, 1, 0, 0), Noon);

        Assert.Equal(HoldCode.InTheFuture, Assert.Single(EncounterRules.Reasons(Sent(theEnd), Known, shift, Noon)).Code);
        Assert.False(EncounterRules.Counts(Sent(theEnd), Known, shift, Noon));
    }

    [Fact]
    public void What_happened_before_the_year_2000_is_malformed()
    {
        var reason = Assert.Single(Reasons(Encounter() with { SaidAt = Instant.FromUtc(1999, 12, 31, 23, 59) }));

        Assert.Equal((HoldCode.Malformed, "occurred_at"), (reason.Code, reason.Field));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(366, true)]
    [InlineData(367, false)]
    public void A_bulk_record_stands_for_at_most_366_days_after_its_first(int days, bool counts)
    {
        var encounter = Encounter() with { Bulk = new Bulk(40, Today.PlusDays(days)) };

        Assert.Equal(counts, Reasons(encounter).Count == 0);
        Assert.Equal(counts, EncounterRules.Counts(Sent(encounter), Known, Duration.Zero, Noon));
    }

    [Theory]
    [InlineData(1_000, 3_000, 333)]
    [InlineData(1_000, 16_000, 63)]
    [InlineData(10, 4_000, 3)]
    [InlineData(1, 100_000, 0)]
    public void Syringes_by_weight_are_rounded_to_the_nearest(int grams, int milligramsEach, long count) =>
        Assert.Equal(count, new SyringeWeight(grams, milligramsEach).Count());

    private static Few<HoldReason> Reasons(Encounter encounter) =>
        EncounterRules.Reasons(Sent(encounter), Known, Duration.Zero, Noon);
}
