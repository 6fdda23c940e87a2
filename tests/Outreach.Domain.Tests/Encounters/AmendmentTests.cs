using NodaTime;
using Outreach.Domain.Encounters;
using Outreach.Domain.Stock;
using Outreach.Domain.Tests.Stock;
using static Outreach.Domain.Tests.Stock.SiteScenario;

namespace Outreach.Domain.Tests.Encounters;

public class AmendmentTests
{
    [Fact]
    public void Voiding_an_encounter_restores_the_shelves()
    {
        var site = new SiteScenario().Received(Spray, 3, "a", "2027-01-01");
        var before = site.State.GetShelf(Spray);
        var logged = site.Logged(Encounter(Line(Spray, 5)));

        site.Apply(site.Void(logged.Counted.Encounter.Id));

        Assert.Equal(before.Lots, site.State.GetShelf(Spray).Lots);
        Assert.Equal(0, site.State.GetShelf(Spray).Shortfall);
        Assert.True(site.History(logged.Counted.Encounter.Id).Voided);
    }

    [Fact]
    public void Stock_returned_after_its_shortfall_was_settled_has_no_lot()
    {
        var site = new SiteScenario();
        var logged = site.Logged(Encounter(Line(Spray, 5)));
        site.Apply(site.Settle(Spray, 3));

        site.Apply(site.Void(logged.Counted.Encounter.Id));

        Assert.Equal(3, site.UnitsInLot(Spray));
        Assert.Equal(0, site.State.GetShelf(Spray).Shortfall);
        Assert.Equal(3, site.OnHand(Spray));
    }

    [Fact]
    public void A_correction_first_returns_the_units_of_the_earlier_version()
    {
        var site = new SiteScenario().Received(Spray, 3, "a", "2027-01-01").Received(Spray, 3, "b", "2027-02-01");
        var logged = site.Logged(Encounter(Line(Spray, 3)));

        site.Apply(site.Correct(logged.Counted.Encounter with { HandedOut = [Line(Spray, 4)] }));

        Assert.Equal((0, 2), (site.UnitsInLot(Spray, "a"), site.UnitsInLot(Spray, "b")));
        var corrected = Assert.IsType<EncounterEvent.EncounterCorrected>(site.Facts[^1].Fact);
        Assert.Equal(logged.Counted, corrected.Before);
        Assert.Equal(new OriginalRecording(3, Noon, Noon, Ana), corrected.Original);
    }

    [Fact]
    public void Lines_that_a_correction_does_not_change_keep_their_allocation()
    {
        var site = new SiteScenario().Received(Spray, 5, "late", "2027-06-30");
        var logged = site.Logged(Encounter(Line(Spray, 2), Line(Spray, 1), Line(Syringe, 3)));
        site.Received(Spray, 5, "early", "2026-12-31").Received(Syringe, 100);
        var later = new ReferenceData(DateTimeZoneProviders.Tzdb["Pacific/Auckland"], new Dictionary<string, Domain.Catalog.Product>
        {
            ["spray"] = Reference.Products["spray"] with { DosesPerUnit = 9, ItemsPerUnit = 9 }, ["syringe"] = Reference.Products["syringe"],
        });

        site.Apply(site.Correct(logged.Counted.Encounter with { HandedOut = [Line(Syringe, 3), Line(Spray, 2), Line(Spray, 3)] }, referenceData: later));

        var after = site.History(logged.Counted.Encounter.Id).Current!;
        Assert.Equal(logged.Counted.Day, after.Day);
        Assert.Equal([logged.Counted.Allocations[2], logged.Counted.Allocations[0]], after.Allocations.AsSpan()[..2].ToArray());
        Assert.Equal((9, new LotAllocation(3, new LotNumber("early"))), (after.Allocations[2].DosesPerUnit, after.Allocations[2].Taken[0]));
        Assert.Equal((3, 2), (site.UnitsInLot(Spray, "late"), site.UnitsInLot(Spray, "early")));
    }

    [Fact]
    public void A_settled_shortfall_stays_settled_after_an_unrelated_correction()
    {
        var site = new SiteScenario();
        var logged = site.Logged(Encounter(Line(Spray, 5)));
        site.Apply(site.Settle(Spray, 3));

        site.Apply(site.Correct(logged.Counted.Encounter with { PeopleTrained = 1 }));

        Assert.Equal((2, 0), (site.State.GetShelf(Spray).Shortfall, site.UnitsInLot(Spray)));
    }

    [Fact]
    public void Every_amendment_lists_all_earlier_versions()
    {
        var site = new SiteScenario();
        var first = site.Logged(Encounter(Line(Syringe, 1))).Counted.Encounter;
        var second = first with { HandedOut = [Line(Syringe, 2)] };
        site.Apply(site.Correct(second)).Apply(site.Void(first.Id));

        var voided = Assert.IsType<EncounterEvent.EncounterVoided>(site.Facts[^1].Fact);

        Assert.Equal(first, Assert.Single(voided.Earlier).Before);
        Assert.Equal(second, voided.Before.Encounter);
        Assert.Equal([false, true], site.History(first.Id).Amendments.Select(amendment => amendment.Voided));
    }

    [Fact]
    public void A_repeated_request_records_nothing()
    {
        var site = new SiteScenario();
        var encounter = site.Logged(Encounter(Line(Syringe, 1))).Counted.Encounter;
        var change = site.Change();
        site.Apply(site.Void(encounter.Id, change));

        var again = site.Void(encounter.Id, change);

        Assert.Null(again.Refusal);
        Assert.Empty(again.Facts);
    }

    [Fact]
    public void Refusals_have_the_documented_precedence()
    {
        var site = new SiteScenario();
        Assert.Equal("ENCOUNTER_NOT_FOUND", site.Void(Id(1)).Refusal?.Code);

        var encounter = site.Logged(Encounter(Line(Syringe, 1))).Counted.Encounter;
        var change = site.Change();
        site.Apply(site.Void(encounter.Id, change));

        Assert.Equal("REQUEST_ID_TAKEN", site.Void(encounter.Id, change with { Content = HashOf(999) }).Refusal?.Code);
        Assert.Equal("ENCOUNTER_VOIDED", site.Correct(encounter).Refusal?.Code);
        Assert.Equal("ENCOUNTER_VOIDED", site.Void(encounter.Id).Refusal?.Code);
    }

    [Fact]
    public void An_encounter_can_be_amended_fifty_times()
    {
        var site = new SiteScenario();
        var encounter = site.Logged(Encounter(Line(Syringe, 1))).Counted.Encounter;
        for (var i = 0; i < EncounterRules.MaxAmendments; i++)
            site.Apply(site.Correct(encounter with { PeopleTrained = i }));

        Assert.Equal("AMENDMENTS_EXCEEDED", site.Correct(encounter).Refusal?.Code);
    }

    [Fact]
    public void A_correction_keeps_the_clock_correction()
    {
        var site = new SiteScenario();
        var wrongClock = Encounter(Line(Syringe, 1)) with { DeviceTime = Noon - Duration.FromDays(30) };
        site.Logged(wrongClock, Duration.FromDays(29));

        site.Apply(site.Correct(wrongClock with { PeopleTrained = 2 }));

        Assert.Equal(Noon - Duration.FromDays(1), site.History(wrongClock.Id).Current?.OccurredAt);
    }
}
