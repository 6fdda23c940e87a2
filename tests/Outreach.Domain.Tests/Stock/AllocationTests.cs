using NodaTime;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.SiteScenario;

namespace Outreach.Domain.Tests.Stock;

public class AllocationTests
{
    [Fact]
    public void The_lot_that_expires_first_is_allocated_first()
    {
        var site = new SiteScenario().Received(Spray, 5, "late", "2027-06-30").Received(Spray, 3, "early", "2026-12-31");

        var logged = site.Logged(Encounter(Line(Spray, 4)));

        Assert.Equal([new LotAllocation(3, new LotNumber("early")), new LotAllocation(1, new LotNumber("late"))], logged.Counted.Allocations[0].Taken);
        Assert.Equal(4, site.OnHand(Spray));
    }

    [Fact]
    public void A_lot_can_be_used_until_its_expiry_day()
    {
        var site = new SiteScenario().Received(Spray, 5, "today", "2026-03-10").Received(Spray, 5, "yesterday", "2026-03-09");

        var logged = site.Logged(Encounter(Line(Spray, 7)));

        Assert.Equal([new LotAllocation(5, new LotNumber("today"))], logged.Counted.Allocations[0].Taken);
        Assert.Equal(2, logged.Counted.Allocations[0].Uncovered);
        Assert.Equal(5, site.UnitsInLot(Spray, "yesterday"));
    }

    [Fact]
    public void Expiry_is_checked_on_the_day_of_the_encounter_in_the_sites_time_zone()
    {
        var lateOnTheNinth = Instant.FromUtc(2026, 3, 10, 3, 30);
        var site = new SiteScenario { Now = lateOnTheNinth }.Received(Spray, 5, "a", "2026-03-09");

        var logged = site.Logged(Encounter(Line(Spray, 1)) with { DeviceTime = lateOnTheNinth });

        Assert.Equal(new LocalDate(2026, 3, 9), logged.Counted.Day);
        Assert.Equal(0, logged.Counted.Allocations[0].Uncovered);
    }

    [Fact]
    public void Stock_received_on_a_later_day_is_not_allocated_to_an_earlier_encounter()
    {
        var site = new SiteScenario { Now = Noon - Duration.FromDays(9) }.Received(Spray, 2, "there", "2027-06-30");
        site.Now = Noon;
        site.Received(Spray, 5, "delivered", "2026-12-31");

        var late = site.Logged(Encounter(Line(Spray, 3), Line(Spray, 1, "delivered")) with { DeviceTime = Noon - Duration.FromDays(1) });
        var sameDay = site.Logged(Encounter(Line(Spray, 1)) with { Id = Id(2), DeviceTime = Noon - Duration.FromHours(6) });

        Assert.Equal([new LotAllocation(2, new LotNumber("there"))], late.Counted.Allocations[0].Taken);
        Assert.Equal(1, late.Counted.Allocations[0].Uncovered);
        Assert.Equal([new LotAllocation(1, new LotNumber("delivered"))], late.Counted.Allocations[1].Taken);
        Assert.Equal([new LotAllocation(1, new LotNumber("delivered"))], sameDay.Counted.Allocations[0].Taken);
    }

    [Fact]
    public void A_bulk_record_is_allocated_stock_received_on_any_of_its_days()
    {
        var site = new SiteScenario().Received(Spray, 5, "a", "2026-12-31");
        var month = Encounter(Line(Spray, 3)) with { DeviceTime = Noon - Duration.FromDays(9), Bulk = new Bulk(10, Today) };

        Assert.Equal(0, site.Logged(month).Counted.Allocations[0].Uncovered);
    }

    [Fact]
    public void A_lot_is_available_from_its_earliest_receipt()
    {
        var site = new SiteScenario().Received(Spray, 5, "a", "2026-12-31");
        site.Now = Noon - Duration.FromDays(9);
        site.Received(Spray, 5, "a").Now = Noon + Duration.FromDays(9);
        site.Received(Spray, 5, "a");

        Assert.Equal(Today.PlusDays(-9), site.State.GetShelf(Spray).Lots[0].FirstReceivedOn);
    }

    [Fact]
    public void A_named_lot_is_taken_even_when_it_has_expired()
    {
        var site = new SiteScenario().Received(Spray, 5, "old", "2020-01-01").Received(Spray, 5, "new", "2027-01-01");

        site.Logged(Encounter(Line(Spray, 2, "old")));

        Assert.Equal(3, site.UnitsInLot(Spray, "old"));
        Assert.Equal(5, site.UnitsInLot(Spray, "new"));
    }

    [Fact]
    public void Units_missing_from_a_named_lot_are_not_taken_from_another_lot()
    {
        var site = new SiteScenario().Received(Spray, 1, "a", "2027-01-01").Received(Spray, 5, "b", "2027-01-01");

        var logged = site.Logged(Encounter(Line(Spray, 3, "a")));

        Assert.Equal([new Shortfall(Spray, 2)], logged.Counted.Shortfalls());
        Assert.Equal(5, site.UnitsInLot(Spray, "b"));
        Assert.Equal(3, site.OnHand(Spray));
    }

    [Fact]
    public void An_encounter_without_stock_is_recorded_and_opens_a_shortfall()
    {
        var site = new SiteScenario();

        site.Logged(Encounter(Line(Syringe, 30), Line(Spray, 2)));

        Assert.Equal(30, site.State.GetShelf(Syringe).Shortfall);
        Assert.Equal(-30, site.OnHand(Syringe));
        Assert.Equal(-2, site.OnHand(Spray));
    }

    [Fact]
    public void Lines_of_the_same_product_share_the_stock_on_hand()
    {
        var site = new SiteScenario().Received(Syringe, 10);

        var logged = site.Logged(Encounter(Line(Syringe, 7), Line(Syringe, 7)));

        Assert.Equal(0, logged.Counted.Allocations[0].Uncovered);
        Assert.Equal(4, logged.Counted.Allocations[1].Uncovered);
        Assert.Equal([new Shortfall(Syringe, 4)], logged.Counted.Shortfalls());
    }

    [Fact]
    public void A_lot_number_is_ignored_for_a_product_that_does_not_track_lots()
    {
        var site = new SiteScenario().Received(Syringe, 10);

        site.Logged(Encounter(Line(Syringe, 4, "ignored")));

        Assert.Equal(6, site.UnitsInLot(Syringe));
    }

    [Fact]
    public void The_fact_contains_the_product_settings_at_that_time()
    {
        var logged = new SiteScenario().Logged(Encounter(Line(Spray, 1), Line(Syringe, 1)));

        Assert.Equal((2, 2, false), (logged.Counted.Allocations[0].DosesPerUnit, logged.Counted.Allocations[0].ItemsPerUnit, logged.Counted.Allocations[0].IsSyringes));
        Assert.Equal((0, 10, true), (logged.Counted.Allocations[1].DosesPerUnit, logged.Counted.Allocations[1].ItemsPerUnit, logged.Counted.Allocations[1].IsSyringes));
    }

    [Fact]
    public void An_emptied_lot_keeps_its_expiry_when_units_are_returned()
    {
        var site = new SiteScenario().Received(Spray, 2, "a", "2027-01-01");
        var logged = site.Logged(Encounter(Line(Spray, 2)));
        Assert.Empty(site.State.GetShelf(Spray).Lots);

        site.Apply(site.Void(logged.Counted.Encounter.Id));

        Assert.Equal([new Lot(new LotNumber("a"), new LocalDate(2027, 1, 1), 2, FirstReceivedOn: Today)], site.State.GetShelf(Spray).Lots);
        Assert.Empty(site.State.GetShelf(Spray).Emptied);
    }
}
