using NodaTime;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.Site;

namespace Outreach.Domain.Tests.Stock;

public class TakingTests
{
    [Fact]
    public void The_lot_that_expires_first_goes_first()
    {
        var site = new Site().Received(Spray, 5, "late", "2027-06-30").Received(Spray, 3, "early", "2026-12-31");

        var logged = site.Logged(Encounter(Line(Spray, 4)));

        Assert.Equal([new Taken(3, new LotNumber("early")), new Taken(1, new LotNumber("late"))], logged.Entry.Issues[0].Taken);
        Assert.Equal(4, site.OnHand(Spray));
    }

    [Fact]
    public void A_lot_can_be_used_on_its_last_day_and_not_on_the_next()
    {
        var site = new Site().Received(Spray, 5, "today", "2026-03-10").Received(Spray, 5, "yesterday", "2026-03-09");

        var logged = site.Logged(Encounter(Line(Spray, 7)));

        Assert.Equal([new Taken(5, new LotNumber("today"))], logged.Entry.Issues[0].Taken);
        Assert.Equal(2, logged.Entry.Issues[0].Uncovered);
        Assert.Equal(5, site.InLot(Spray, "yesterday"));
    }

    [Fact]
    public void What_counts_is_the_day_on_which_it_happened_in_the_sites_own_time()
    {
        var lateOnTheNinth = Instant.FromUtc(2026, 3, 10, 3, 30);
        var site = new Site { Now = lateOnTheNinth }.Received(Spray, 5, "a", "2026-03-09");

        var logged = site.Logged(Encounter(Line(Spray, 1)) with { SaidAt = lateOnTheNinth });

        Assert.Equal(new LocalDate(2026, 3, 9), logged.Entry.Day);
        Assert.Equal(0, logged.Entry.Issues[0].Uncovered);
    }

    [Fact]
    public void What_came_in_on_a_later_day_was_not_handed_out_before()
    {
        var site = new Site { Now = Noon - Duration.FromDays(9) }.Received(Spray, 2, "there", "2027-06-30");
        site.Now = Noon;
        site.Received(Spray, 5, "delivered", "2026-12-31");

        var late = site.Logged(Encounter(Line(Spray, 3), Line(Spray, 1, "delivered")) with { SaidAt = Noon - Duration.FromDays(1) });
        var sameDay = site.Logged(Encounter(Line(Spray, 1)) with { Id = Id(2), SaidAt = Noon - Duration.FromHours(6) });

        Assert.Equal([new Taken(2, new LotNumber("there"))], late.Entry.Issues[0].Taken);
        Assert.Equal(1, late.Entry.Issues[0].Uncovered);
        Assert.Equal([new Taken(1, new LotNumber("delivered"))], late.Entry.Issues[1].Taken);
        Assert.Equal([new Taken(1, new LotNumber("delivered"))], sameDay.Entry.Issues[0].Taken);
    }

    [Fact]
    public void A_record_of_many_days_takes_from_what_came_in_on_any_of_them()
    {
        var site = new Site().Received(Spray, 5, "a", "2026-12-31");
        var month = Encounter(Line(Spray, 3)) with { SaidAt = Noon - Duration.FromDays(9), Bulk = new Bulk(10, Today) };

        Assert.Equal(0, site.Logged(month).Entry.Issues[0].Uncovered);
    }

    [Fact]
    public void A_lot_is_there_since_it_first_came_in()
    {
        var site = new Site().Received(Spray, 5, "a", "2026-12-31");
        site.Now = Noon - Duration.FromDays(9);
        site.Received(Spray, 5, "a").Now = Noon + Duration.FromDays(9);
        site.Received(Spray, 5, "a");

        Assert.Equal(Today.PlusDays(-9), site.State.Shelf(Spray).Lots[0].Since);
    }

    [Fact]
    public void A_named_lot_is_taken_even_when_it_has_expired()
    {
        var site = new Site().Received(Spray, 5, "old", "2020-01-01").Received(Spray, 5, "new", "2027-01-01");

        site.Logged(Encounter(Line(Spray, 2, "old")));

        Assert.Equal(3, site.InLot(Spray, "old"));
        Assert.Equal(5, site.InLot(Spray, "new"));
    }

    [Fact]
    public void What_a_named_lot_cannot_cover_is_not_silently_taken_from_another()
    {
        var site = new Site().Received(Spray, 1, "a", "2027-01-01").Received(Spray, 5, "b", "2027-01-01");

        var logged = site.Logged(Encounter(Line(Spray, 3, "a")));

        Assert.Equal([new Shortfall(Spray, 2)], logged.Entry.Shortfalls());
        Assert.Equal(5, site.InLot(Spray, "b"));
        Assert.Equal(3, site.OnHand(Spray));
    }

    [Fact]
    public void Without_any_stock_it_is_recorded_all_the_same_and_opens_a_shortfall()
    {
        var site = new Site();

        site.Logged(Encounter(Line(Syringe, 30), Line(Spray, 2)));

        Assert.Equal(30, site.State.Shelf(Syringe).Shortfall);
        Assert.Equal(-30, site.OnHand(Syringe));
        Assert.Equal(-2, site.OnHand(Spray));
    }

    [Fact]
    public void Lines_of_the_same_product_share_what_is_there()
    {
        var site = new Site().Received(Syringe, 10);

        var logged = site.Logged(Encounter(Line(Syringe, 7), Line(Syringe, 7)));

        Assert.Equal(0, logged.Entry.Issues[0].Uncovered);
        Assert.Equal(4, logged.Entry.Issues[1].Uncovered);
        Assert.Equal([new Shortfall(Syringe, 4)], logged.Entry.Shortfalls());
    }

    [Fact]
    public void A_lot_named_for_a_product_whose_lots_are_not_told_apart_is_its_one_shelf()
    {
        var site = new Site().Received(Syringe, 10);

        site.Logged(Encounter(Line(Syringe, 4, "whatever")));

        Assert.Equal(6, site.InLot(Syringe));
    }

    [Fact]
    public void What_the_catalogue_says_is_kept_with_the_fact()
    {
        var logged = new Site().Logged(Encounter(Line(Spray, 1), Line(Syringe, 1)));

        Assert.Equal((2, 2, false), (logged.Entry.Issues[0].Doses, logged.Entry.Issues[0].Items, logged.Entry.Issues[0].Syringes));
        Assert.Equal((0, 10, true), (logged.Entry.Issues[1].Doses, logged.Entry.Issues[1].Items, logged.Entry.Issues[1].Syringes));
    }

    [Fact]
    public void A_lot_that_was_emptied_keeps_its_expiry_when_it_comes_back()
    {
        var site = new Site().Received(Spray, 2, "a", "2027-01-01");
        var logged = site.Logged(Encounter(Line(Spray, 2)));
        Assert.Empty(site.State.Shelf(Spray).Lots);

        site.And(site.Void(logged.Entry.Encounter.Id));

        Assert.Equal([new Lot(new LotNumber("a"), new LocalDate(2027, 1, 1), 2, Since: Today)], site.State.Shelf(Spray).Lots);
        Assert.Empty(site.State.Shelf(Spray).Emptied);
    }
}
