using CsCheck;
using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;

namespace Outreach.Domain.Tests.Sites;

public class SiteRulesTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 9, 0);

    private static readonly Site Van = new(
        new SiteId("van-1"), "Van", SiteKind.Van, "America/New_York", "Kensington", new Coordinates(39.99, -75.13),
        [new ServiceHours(IsoDayOfWeek.Monday, new LocalTime(9, 0), new LocalTime(17, 30))], Closed: false);

    [Fact]
    public void A_site_is_added()
    {
        Assert.Equal([new SiteEvent.SiteAdded(Van)], SiteRules.Add(new SettingsState<Site>(), Van).Facts);
    }

    [Fact]
    public void Adding_a_site_again_records_nothing_before_and_after_a_change()
    {
        var changed = Given(new SiteEvent.SiteAdded(Van), new SiteEvent.SiteChanged(Van with { Name = "Blue van" }, Start));

        AssertNothing(SiteRules.Add(Given(new SiteEvent.SiteAdded(Van)), Van with { ServiceHours = [.. Van.ServiceHours] }));
        AssertNothing(SiteRules.Add(changed, Van));
        AssertNothing(SiteRules.Add(changed, Van with { Name = "Blue van" }));
    }

    [Fact]
    public void Another_site_with_the_same_id_is_refused()
    {
        var state = Given(new SiteEvent.SiteAdded(Van));

        AssertRefused(RefusalKind.AlreadyExists, "SITE_EXISTS", SiteRules.Add(state, Van with { Name = "Blue van" }));
        AssertRefused(RefusalKind.AlreadyExists, "SITE_EXISTS", SiteRules.Add(state, Van with { ServiceHours = [] }));
        AssertRefused(RefusalKind.AlreadyExists, "SITE_EXISTS", SiteRules.Add(state, Van with { Coordinates = null }));
    }

    [Fact]
    public void A_change_records_the_whole_site_and_when_it_was_added()
    {
        var decision = SiteRules.Change(Given(new SiteEvent.SiteAdded(Van)), Van.Id, site => site with { Closed = true }, expectedVersion: 1);

        Assert.Equal([new SiteEvent.SiteChanged(Van with { Closed = true }, Start + Duration.FromMinutes(1))], decision.Facts);
    }

    [Fact]
    public void A_change_that_changes_nothing_records_nothing_even_with_a_stale_etag()
    {
        var state = Given(new SiteEvent.SiteAdded(Van), new SiteEvent.SiteChanged(Van with { Closed = true }, Start));

        AssertNothing(SiteRules.Change(state, Van.Id, site => site with { Closed = true, ServiceHours = [.. Van.ServiceHours] }, expectedVersion: 1));
    }

    [Fact]
    public void Refusals_to_change_have_the_documented_precedence()
    {
        var unknown = SiteRules.Change(new SettingsState<Site>(), Van.Id, site => site, expectedVersion: 9);
        var stale = SiteRules.Change(Given(new SiteEvent.SiteAdded(Van)), Van.Id, site => site with { Name = "X" }, expectedVersion: 9);

        AssertRefused(RefusalKind.NotFound, "SITE_UNKNOWN", unknown);
        AssertRefused(RefusalKind.Stale, "ETAG_STALE", stale);
    }

    [Fact]
    public void The_state_knows_when_the_site_was_added_and_changed()
    {
        var added = Start + Duration.FromMinutes(1);
        var state = Given(new SiteEvent.SiteAdded(Van), new SiteEvent.SiteChanged(Van with { Closed = true }, added));

        Assert.Equal(new Versioned<Site>(Van with { Closed = true }, 2, added, Start + Duration.FromMinutes(2)), state.Current);
        Assert.Equal(Van, state.AddedAs);
    }

    [Fact]
    public void A_repeated_request_records_nothing() =>
        Gen.Select(AnySite, AnySite).Sample((first, second) =>
        {
            var state = Given(SiteRules.Add(new SettingsState<Site>(), first).Facts);
            var changed = Given([new SiteEvent.SiteAdded(first), .. SiteRules.Change(state, Van.Id, _ => second, null).Facts]);

            AssertNothing(SiteRules.Add(state, first));
            AssertNothing(SiteRules.Change(changed, Van.Id, _ => second, null));
            AssertNothing(SiteRules.Add(changed, first));
        });

    [Theory]
    [InlineData(90.0001, 0)]
    [InlineData(-91, 0)]
    [InlineData(0, 180.0001)]
    [InlineData(0, -181)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.PositiveInfinity)]
    public void Coordinates_out_of_range_are_refused(double latitude, double longitude)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Coordinates(latitude, longitude));
    }

    [Theory]
    [InlineData(90, 180)]
    [InlineData(-90, -180)]
    [InlineData(0, 0)]
    public void Extreme_coordinates_are_valid(double latitude, double longitude)
    {
        Assert.Equal((latitude, longitude), (new Coordinates(latitude, longitude).Latitude, new Coordinates(latitude, longitude).Longitude));
    }

    private static readonly Gen<Site> AnySite =
        from name in Gen.OneOf("One", "Two")
        from kind in Gen.OneOf(SiteKind.Van, SiteKind.Mail)
        from known in Gen.Bool
        from hours in Gen.OneOf(Van.ServiceHours[0]).Array[0, 2]
        from closed in Gen.Bool
        select Van with { Name = name, Kind = kind, Coordinates = known ? Van.Coordinates : null, ServiceHours = [.. hours], Closed = closed };

    private static SettingsState<Site> Given(params IEnumerable<SiteEvent> facts) =>
        facts.Aggregate((State: new SettingsState<Site>(), Version: 0L), (at, fact) =>
            (at.State.Apply(fact, at.Version + 1, Start + Duration.FromMinutes(at.Version + 1)), at.Version + 1)).State;

    private static void AssertNothing(Decision<SiteEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Facts);
    }

    private static void AssertRefused(RefusalKind kind, string code, Decision<SiteEvent> decision)
    {
        Assert.Equal((kind, code), (decision.Refusal?.Kind, decision.Refusal?.Code));
        Assert.Empty(decision.Facts);
    }
}
