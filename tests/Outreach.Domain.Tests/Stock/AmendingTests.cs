using NodaTime;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.Site;

namespace Outreach.Domain.Tests.Stock;

public class AmendingTests
{
    [Fact]
    public void A_voided_encounter_leaves_the_shelves_as_if_it_had_not_been()
    {
        var site = new Site().Received(Spray, 3, "a", "2027-01-01");
        var before = site.State.Shelf(Spray);
        var logged = site.Logged(Encounter(Line(Spray, 5)));

        site.And(site.Void(logged.Entry.Encounter.Id));

        Assert.Equal(before.Lots, site.State.Shelf(Spray).Lots);
        Assert.Equal(0, site.State.Shelf(Spray).Shortfall);
        Assert.True(site.History(logged.Entry.Encounter.Id).Voided);
    }

    [Fact]
    public void What_comes_back_after_its_shortfall_was_settled_has_no_lot()
    {
        var site = new Site();
        var logged = site.Logged(Encounter(Line(Spray, 5)));
        site.And(site.Settle(Spray, 3));

        site.And(site.Void(logged.Entry.Encounter.Id));

        Assert.Equal(3, site.InLot(Spray));
        Assert.Equal(0, site.State.Shelf(Spray).Shortfall);
        Assert.Equal(3, site.OnHand(Spray));
    }

    [Fact]
    public void A_correction_takes_from_the_shelves_as_they_would_be_without_what_was_said_before()
    {
        var site = new Site().Received(Spray, 3, "a", "2027-01-01").Received(Spray, 3, "b", "2027-02-01");
        var logged = site.Logged(Encounter(Line(Spray, 3)));

        site.And(site.Correct(logged.Entry.Encounter with { HandedOut = [Line(Spray, 4)] }));

        Assert.Equal((0, 2), (site.InLot(Spray, "a"), site.InLot(Spray, "b")));
        var corrected = Assert.IsType<StockEvent.EncounterCorrected>(site.Facts[^1].Fact);
        Assert.Equal(logged.Entry, corrected.Before);
        Assert.Equal(new Original(3, Noon, Noon, Ana), corrected.Original);
    }

    [Fact]
    public void What_a_correction_leaves_as_it_was_counts_as_it_did()
    {
        var site = new Site().Received(Spray, 5, "late", "2027-06-30");
        var logged = site.Logged(Encounter(Line(Spray, 2), Line(Spray, 1), Line(Syringe, 3)));
        site.Received(Spray, 5, "early", "2026-12-31").Received(Syringe, 100);
        var later = new Books(DateTimeZoneProviders.Tzdb["Pacific/Auckland"], new Dictionary<string, Domain.Catalog.Product>
        {
            ["spray"] = Known.Products["spray"] with { DosesPerUnit = 9, ItemsPerUnit = 9 }, ["syringe"] = Known.Products["syringe"],
        });

        site.And(site.Correct(logged.Entry.Encounter with { HandedOut = [Line(Syringe, 3), Line(Spray, 2), Line(Spray, 3)] }, books: later));

        var after = site.History(logged.Entry.Encounter.Id).Now!;
        Assert.Equal(logged.Entry.Day, after.Day);
        Assert.Equal([logged.Entry.Issues[2], logged.Entry.Issues[0]], after.Issues.AsSpan()[..2].ToArray());
        Assert.Equal((9, new Taken(3, new LotNumber("early"))), (after.Issues[2].Doses, after.Issues[2].Taken[0]));
        Assert.Equal((3, 2), (site.InLot(Spray, "late"), site.InLot(Spray, "early")));
    }

    [Fact]
    public void A_shortfall_that_was_settled_stays_settled_when_something_else_is_corrected()
    {
        var site = new Site();
        var logged = site.Logged(Encounter(Line(Spray, 5)));
        site.And(site.Settle(Spray, 3));

        site.And(site.Correct(logged.Entry.Encounter with { PeopleTrained = 1 }));

        Assert.Equal((2, 0), (site.State.Shelf(Spray).Shortfall, site.InLot(Spray)));
    }

    [Fact]
    public void Every_amendment_knows_all_that_was_said_before()
    {
        var site = new Site();
        var first = site.Logged(Encounter(Line(Syringe, 1))).Entry.Encounter;
        var second = first with { HandedOut = [Line(Syringe, 2)] };
        site.And(site.Correct(second)).And(site.Void(first.Id));

        var voided = Assert.IsType<StockEvent.EncounterVoided>(site.Facts[^1].Fact);

        Assert.Equal(first, Assert.Single(voided.Earlier).Before);
        Assert.Equal(second, voided.Before.Encounter);
        Assert.Equal([false, true], site.History(first.Id).Amendments.Select(amendment => amendment.Voided));
    }

    [Fact]
    public void The_same_request_again_adds_nothing()
    {
        var site = new Site();
        var said = site.Logged(Encounter(Line(Syringe, 1))).Entry.Encounter;
        var change = site.Change();
        site.And(site.Void(said.Id, change));

        var again = site.Void(said.Id, change);

        Assert.Null(again.Refusal);
        Assert.Empty(again.Facts);
    }

    [Fact]
    public void Refusals_come_in_their_order()
    {
        var site = new Site();
        Assert.Equal("ENCOUNTER_NOT_FOUND", site.Void(Id(1)).Refusal?.Code);

        var said = site.Logged(Encounter(Line(Syringe, 1))).Entry.Encounter;
        var change = site.Change();
        site.And(site.Void(said.Id, change));

        Assert.Equal("REQUEST_ID_TAKEN", site.Void(said.Id, change with { Content = Content(999) }).Refusal?.Code);
        Assert.Equal("ENCOUNTER_VOIDED", site.Correct(said).Refusal?.Code);
        Assert.Equal("ENCOUNTER_VOIDED", site.Void(said.Id).Refusal?.Code);
    }

    [Fact]
    public void An_encounter_can_be_changed_fifty_times()
    {
        var site = new Site();
        var said = site.Logged(Encounter(Line(Syringe, 1))).Entry.Encounter;
        for (var i = 0; i < EncounterRules.MaxAmendments; i++)
            site.And(site.Correct(said with { PeopleTrained = i }));

        Assert.Equal("AMENDMENTS_EXCEEDED", site.Correct(said).Refusal?.Code);
    }

    [Fact]
    public void A_correction_keeps_the_clock_set_right_as_it_was()
    {
        var site = new Site();
        var wrongClock = Encounter(Line(Syringe, 1)) with { SaidAt = Noon - Duration.FromDays(30) };
        site.Logged(wrongClock, Duration.FromDays(29));

        site.And(site.Correct(wrongClock with { PeopleTrained = 2 }));

        Assert.Equal(Noon - Duration.FromDays(1), site.History(wrongClock.Id).Now?.OccurredAt);
    }
}
