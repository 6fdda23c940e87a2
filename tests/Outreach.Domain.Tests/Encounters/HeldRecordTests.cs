using NodaTime;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Tests.Stock;
using static Outreach.Domain.Tests.Stock.SiteScenario;

namespace Outreach.Domain.Tests.Encounters;

public class HeldRecordTests
{
    private static readonly Encounter Future = Encounter(Line(Syringe, 4)) with { DeviceTime = Noon + Duration.FromDays(1) };

    [Fact]
    public void A_held_record_moves_no_stock()
    {
        var site = SiteWithHeldRecord();

        Assert.Empty(site.Movements());
        Assert.Equal("{}", site.History(Future.Id).Held?.Json);
    }

    [Fact]
    public void A_released_record_counts()
    {
        var site = SiteWithHeldRecord();
        var change = site.Change();

        var decided = HeldRecordRules.Release(site.State, site.History(Future.Id), change, Incoming(Future with { DeviceTime = Noon }), Reference, Duration.Zero, Noon);
        site.Apply(decided);

        Assert.Equal(-4, site.OnHand(Syringe));
        var logged = Assert.IsType<EncounterEvent.EncounterLogged>(decided.Facts[1]);
        Assert.Equal(new HeldRecordRelease(change.RequestId, Van, change.Actor, change.Reason), logged.Release);
        Assert.Equal(Ana, logged.By);
        Assert.Empty(HeldRecordRules.Release(site.State, site.History(Future.Id), change, Incoming(Future), Reference, Duration.Zero, Noon).Facts);
    }

    [Fact]
    public void The_clock_correction_applies_only_to_the_time_from_the_device()
    {
        var held = new HeldRecord(Future.Id, HashOf(1), "{}", [], Duration.FromDays(-400));

        Assert.Equal(held.ClockCorrection, HeldRecordRules.ClockCorrectionFor(held, Future, Future with { HandedOut = [] }));
        Assert.Equal(Duration.Zero, HeldRecordRules.ClockCorrectionFor(held, Future, Future with { DeviceTime = Noon }));
    }

    [Fact]
    public void A_release_is_refused_while_a_hold_reason_remains()
    {
        var site = SiteWithHeldRecord();

        var decided = HeldRecordRules.Release(site.State, site.History(Future.Id), site.Change(), Incoming(Future), Reference, Duration.Zero, Noon);

        Assert.Equal("STILL_HELD", decided.Refusal?.Code);
        Assert.Contains("occurred_at", decided.Refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_settled_record_cannot_be_settled_differently()
    {
        var site = SiteWithHeldRecord();
        var change = site.Change();
        site.Apply(HeldRecordRules.Drop(site.History(Future.Id), change));

        Assert.Empty(HeldRecordRules.Drop(site.History(Future.Id), change).Facts);
        Assert.Equal("REQUEST_ID_TAKEN", HeldRecordRules.Drop(site.History(Future.Id), change with { Content = HashOf(4) }).Refusal?.Code);
        Assert.Equal("HELD_SETTLED", HeldRecordRules.Drop(site.History(Future.Id), site.Change()).Refusal?.Code);
        Assert.Equal("HELD_SETTLED",
            HeldRecordRules.Release(site.State, site.History(Future.Id), site.Change(), Incoming(Future), Reference, Duration.Zero, Noon).Refusal?.Code);
        Assert.Equal("HELD_NOT_FOUND", HeldRecordRules.Drop(site.History(Id(1)), site.Change()).Refusal?.Code);
    }

    [Fact]
    public void A_record_released_to_another_site_moves_no_stock_here()
    {
        var site = SiteWithHeldRecord();
        var begun = BeginHandOver(site, site.Change());

        site.Apply(HeldRecordRules.EndHandOver(site.History(Future.Id), begun, null));

        Assert.Empty(site.Movements());
        Assert.Equal(begun.Encounter.Site, Assert.IsType<EncounterEvent.HeldRecordReleased>(site.History(Future.Id).Settled).Site);
        Assert.Empty(HeldRecordRules.EndHandOver(site.History(Future.Id), begun, null).Facts);
    }

    [Fact]
    public void No_other_decision_is_accepted_during_a_hand_over()
    {
        var site = SiteWithHeldRecord();
        var change = site.Change();
        BeginHandOver(site, change);

        Assert.Empty(HeldRecordRules.CheckCanSettle(site.History(Future.Id), change)!.Facts);
        Assert.Equal("REQUEST_ID_TAKEN", HeldRecordRules.CheckCanSettle(site.History(Future.Id), change with { Content = HashOf(4) })?.Refusal?.Code);
        Assert.Equal("HELD_RELEASING", HeldRecordRules.Drop(site.History(Future.Id), site.Change()).Refusal?.Code);
        Assert.Equal("HELD_RELEASING",
            HeldRecordRules.Release(site.State, site.History(Future.Id), site.Change(), Incoming(Future), Reference, Duration.Zero, Noon).Refusal?.Code);
    }

    [Fact]
    public void A_record_that_the_other_site_refuses_is_held_again()
    {
        var site = SiteWithHeldRecord();
        var begun = BeginHandOver(site, site.Change());

        site.Apply(HeldRecordRules.EndHandOver(site.History(Future.Id), begun, Refusal.AlreadyExists("ENCOUNTER_ID_TAKEN", "It has another.")));

        Assert.Equal("It has another.", Assert.IsType<EncounterEvent.HandOverRefused>(site.Facts[^1].Fact).Why);
        Assert.IsType<EncounterEvent.HeldRecordDropped>(HeldRecordRules.Drop(site.History(Future.Id), site.Change()).Facts[0]);
    }

    private static EncounterEvent.HandOverBegun BeginHandOver(SiteScenario site, ChangeRequest change)
    {
        var encounter = Future with { DeviceTime = Noon, Site = new SiteId("other") };
        var begun = HeldRecordRules.BeginHandOver(site.History(Future.Id), change, Incoming(encounter), Reference, Duration.Zero, Van, Noon);
        site.Apply(begun);
        return Assert.IsType<EncounterEvent.HandOverBegun>(begun.Facts[0]);
    }

    private static SiteScenario SiteWithHeldRecord()
    {
        var site = new SiteScenario();
        var reasons = EncounterRules.FindHoldReasons(Incoming(Future), Reference, Duration.Zero, Noon);
        return site.Given(EncounterRules.Hold(Incoming(Future) with { Json = "{}" }, reasons, Duration.Zero, Ana));
    }
}
