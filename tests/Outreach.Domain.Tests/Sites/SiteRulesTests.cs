using CsCheck;
using NodaTime;
using Outreach.Domain.Recording;
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
        Assert.True(Assert.IsType<SiteEvent.SiteAdded>(Assert.Single(SiteRules.Add(SiteState.Empty, Van).Facts)).Site.ContentEquals(Van));
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
    public void Every_setting_can_be_changed_alone()
    {
        var wanted = new Site(Van.Id, "Storeroom", SiteKind.Warehouse, "America/Chicago", "", null, [], Closed: true);

        foreach (var setting in Enum.GetValues<SiteFields>().Where(setting => setting is not (SiteFields.None or SiteFields.All)))
            Assert.False(Assert.Single(SiteRules.Change(Given(new SiteEvent.SiteAdded(Van)), wanted, setting, null).Facts).Site.ContentEquals(Van));
        Assert.True(Assert.Single(SiteRules.Change(Given(new SiteEvent.SiteAdded(Van)), wanted, SiteFields.All, null).Facts).Site.ContentEquals(wanted));
    }

    [Fact]
    public void A_change_affects_only_the_settings_it_names()
    {
        var wanted = Van with { Name = "Ignored", Closed = true };

        var fact = Assert.IsType<SiteEvent.SiteChanged>(Assert.Single(SiteRules.Change(Given(new SiteEvent.SiteAdded(Van)), wanted, SiteFields.Closed, 1).Facts));

        Assert.True(fact.Site.ContentEquals(Van with { Closed = true }));
        Assert.Equal(Start + Duration.FromMinutes(1), fact.AddedAt);
    }

    [Fact]
    public void A_change_that_changes_nothing_records_nothing_even_with_a_stale_etag()
    {
        var state = Given(new SiteEvent.SiteAdded(Van), new SiteEvent.SiteChanged(Van with { Closed = true }, Start));

        AssertNothing(SiteRules.Change(state, Van with { Closed = true }, SiteFields.Closed, seen: 1));
        AssertNothing(SiteRules.Change(state, Van, SiteFields.None, seen: null));
    }

    [Fact]
    public void Refusals_to_change_have_the_documented_precedence()
    {
        AssertRefused(RefusalKind.NotFound, "SITE_UNKNOWN", SiteRules.Change(SiteState.Empty, Van, SiteFields.All, seen: 9));
        AssertRefused(RefusalKind.Stale, "ETAG_STALE", SiteRules.Change(Given(new SiteEvent.SiteAdded(Van)), Van with { Name = "X" }, SiteFields.All, seen: 9));
    }

    [Fact]
    public void An_entry_tells_when_its_site_was_added_and_changed()
    {
        var added = Start + Duration.FromMinutes(1);
        var state = Given(new SiteEvent.SiteAdded(Van), new SiteEvent.SiteChanged(Van with { Closed = true }, added));

        Assert.Equal(new SiteEntry(Van with { Closed = true }, 2, added, Start + Duration.FromMinutes(2)), state.Entry);
        Assert.Equal(Van, state.AddedAs);
    }

    [Fact]
    public void A_repeated_request_records_nothing() =>
        Gen.Select(AnySite, AnySite, Gen.Int[0, (int)SiteFields.All]).Sample((first, second, which) =>
        {
            var state = Given(SiteRules.Add(SiteState.Empty, first).Facts);
            var changed = Given([new SiteEvent.SiteAdded(first), .. SiteRules.Change(state, second, (SiteFields)which, null).Facts]);

            AssertNothing(SiteRules.Add(state, first));
            AssertNothing(SiteRules.Change(changed, second, (SiteFields)which, null));
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
        select Van with { Name = name, Kind = kind, Coordinates = known ? Van.Coordinates : null, ServiceHours = hours, Closed = closed };

    private static SiteState Given(params IEnumerable<SiteEvent> facts) =>
        facts.Aggregate((State: SiteState.Empty, Version: 0L), (at, fact) =>
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
