using NodaTime;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;
using static Outreach.Domain.Tests.Stock.Site;

namespace Outreach.Domain.Tests.Stock;

public class HeldTests
{
    private static readonly Encounter Future = Encounter(Line(Syringe, 4)) with { SaidAt = Noon + Duration.FromDays(1) };

    [Fact]
    public void A_held_record_moves_nothing()
    {
        var site = Holding();

        Assert.Empty(site.Movements());
        Assert.Equal("{}", site.History(Future.Id).Held?.Text);
    }

    [Fact]
    public void Released_it_counts()
    {
        var site = Holding();
        var change = site.Change();

        var decided = HeldRules.Release(site.State, site.History(Future.Id), change, Sent(Future with { SaidAt = Noon }), Known, Duration.Zero, Noon);
        site.And(decided);

        Assert.Equal(-4, site.OnHand(Syringe));
        var logged = Assert.IsType<StockEvent.EncounterLogged>(decided.Facts[1]);
        Assert.Equal(new Release(change.RequestId, Van, change.Actor, change.Reason), logged.Release);
        Assert.Equal(Ana, logged.By);
        Assert.Empty(HeldRules.Release(site.State, site.History(Future.Id), change, Sent(Future), Known, Duration.Zero, Noon).Facts);
    }

    [Fact]
    public void The_devices_wrong_clock_is_set_right_only_in_the_time_that_the_device_said()
    {
        var held = new HeldRecord(Future.Id, Content(1), "{}", [], Duration.FromDays(-400));

        Assert.Equal(held.Shift, HeldRules.ShiftOf(held, Future, Future with { HandedOut = [] }));
        Assert.Equal(Duration.Zero, HeldRules.ShiftOf(held, Future, Future with { SaidAt = Noon }));
    }

    [Fact]
    public void What_kept_it_still_keeps_it()
    {
        var site = Holding();

        var decided = HeldRules.Release(site.State, site.History(Future.Id), site.Change(), Sent(Future), Known, Duration.Zero, Noon);

        Assert.Equal("STILL_HELD", decided.Refusal?.Code);
        Assert.Contains("occurred_at", decided.Refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settled_it_cannot_be_settled_otherwise()
    {
        var site = Holding();
        var change = site.Change();
        site.And(HeldRules.Drop(site.History(Future.Id), change));

        Assert.Empty(HeldRules.Drop(site.History(Future.Id), change).Facts);
        Assert.Equal("REQUEST_ID_TAKEN", HeldRules.Drop(site.History(Future.Id), change with { Content = Content(4) }).Refusal?.Code);
        Assert.Equal("HELD_SETTLED", HeldRules.Drop(site.History(Future.Id), site.Change()).Refusal?.Code);
        Assert.Equal("HELD_SETTLED",
            HeldRules.Release(site.State, site.History(Future.Id), site.Change(), Sent(Future), Known, Duration.Zero, Noon).Refusal?.Code);
        Assert.Equal("HELD_NOT_FOUND", HeldRules.Drop(site.History(Id(1)), site.Change()).Refusal?.Code);
    }

    [Fact]
    public void Released_elsewhere_it_moves_nothing_here()
    {
        var site = Holding();
        var begun = Begin(site, site.Change());

        site.And(HeldRules.EndHandOver(site.History(Future.Id), begun, null));

        Assert.Empty(site.Movements());
        Assert.Equal(begun.Said.Site, Assert.IsType<StockEvent.HeldReleased>(site.History(Future.Id).Settled).Site);
        Assert.Empty(HeldRules.EndHandOver(site.History(Future.Id), begun, null).Facts);
    }

    [Fact]
    public void While_it_is_handed_over_nothing_else_is_decided_about_it()
    {
        var site = Holding();
        var change = site.Change();
        Begin(site, change);

        Assert.Empty(HeldRules.Settled(site.History(Future.Id), change)!.Facts);
        Assert.Equal("REQUEST_ID_TAKEN", HeldRules.Settled(site.History(Future.Id), change with { Content = Content(4) })?.Refusal?.Code);
        Assert.Equal("HELD_RELEASING", HeldRules.Drop(site.History(Future.Id), site.Change()).Refusal?.Code);
        Assert.Equal("HELD_RELEASING",
            HeldRules.Release(site.State, site.History(Future.Id), site.Change(), Sent(Future), Known, Duration.Zero, Noon).Refusal?.Code);
    }

    [Fact]
    public void What_the_other_site_refuses_waits_again()
    {
        var site = Holding();
        var begun = Begin(site, site.Change());

        site.And(HeldRules.EndHandOver(site.History(Future.Id), begun, Refusal.Taken("ENCOUNTER_ID_TAKEN", "It has another.")));

        Assert.Equal("It has another.", Assert.IsType<StockEvent.HandOverRefused>(site.Facts[^1].Fact).Why);
        Assert.IsType<StockEvent.HeldDropped>(HeldRules.Drop(site.History(Future.Id), site.Change()).Facts[0]);
    }

    private static StockEvent.HandOverBegun Begin(Site site, Change change)
    {
        var said = Future with { SaidAt = Noon, Site = new SiteId("other") };
        var begun = HeldRules.BeginHandOver(site.History(Future.Id), change, Sent(said), Known, Duration.Zero, Van, Noon);
        site.And(begun);
        return Assert.IsType<StockEvent.HandOverBegun>(begun.Facts[0]);
    }

    private static Site Holding()
    {
        var site = new Site();
        var reasons = EncounterRules.Reasons(Sent(Future), Known, Duration.Zero, Noon);
        return site.Given(EncounterRules.Hold(Sent(Future), reasons, Duration.Zero, "{}", Ana));
    }
}
