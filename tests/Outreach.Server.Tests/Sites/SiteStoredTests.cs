using System.Text.Json;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Sites;

namespace Outreach.Server.Tests.Sites;

public class SiteStoredTests
{
    private static readonly Instant Added = Instant.FromUtc(2026, 3, 1, 9, 0) + Duration.FromNanoseconds(123_456_789);

    private static readonly Site Van = new(
        new SiteId("van-1"), "Van", SiteKind.Van, "America/New_York", "Kensington & Allegheny", new Coordinates(39.9962, -75.1132),
        [new ServiceHours(IsoDayOfWeek.Monday, new LocalTime(9, 0), new LocalTime(17, 30))], Closed: false);

    private static readonly Site Closed = Van with { Coordinates = null, ServiceHours = [], Place = "", Closed = true };

    private static readonly OrganizationId North = new("north");

    private static readonly Dictionary<string, SiteEvent> CurrentForms = new()
    {
        ["site-added-2"] = new SiteEvent.SiteAdded(Van with { Organization = North }),
        ["site-changed-2"] = new SiteEvent.SiteChanged(Closed with { Organization = North }, Added),
    };

    /// <summary>From before sites had organizations: they are the first one's.</summary>
    private static readonly Dictionary<string, SiteEvent> AllForms = new(CurrentForms)
    {
        ["site-added"] = new SiteEvent.SiteAdded(Van),
        ["site-changed"] = new SiteEvent.SiteChanged(Closed, Added),
    };

    public static TheoryData<string> Written => [.. CurrentForms.Keys];

    public static TheoryData<string> Names => [.. AllForms.Keys];

    [Theory, MemberData(nameof(Written))]
    public void A_fact_is_written_as_in_its_golden_file(string name) =>
        GoldenFiles.AssertWrittenAs("Sites", name, CurrentForms[name], SiteJson.Fact);

    [Theory, MemberData(nameof(Names))]
    public void A_golden_file_is_read_as_its_fact(string name)
    {
        var read = GoldenFiles.Read("Sites", name, SiteJson.Fact);

        Assert.IsType(AllForms[name].GetType(), read);
        Assert.True(read.Site.ContentEquals(AllForms[name].Site));
        Assert.Equal((AllForms[name] as SiteEvent.SiteChanged)?.AddedAt, (read as SiteEvent.SiteChanged)?.AddedAt);
    }

    [Fact]
    public void Every_kind_of_fact_has_a_golden_file_that_can_be_read()
    {
        var sorts = GoldenFiles.Names("Sites").Select(name => GoldenFiles.Read("Sites", name, SiteJson.Fact).GetType()).Distinct();

        Assert.Equal(
            typeof(SiteEvent).GetNestedTypes().Select(type => type.Name).Order(StringComparer.Ordinal),
            sorts.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_snapshot_is_read_as_the_state_that_was_written()
    {
        var state = SiteState.Empty.Apply(AllForms["site-added"], 1, Added).Apply(AllForms["site-changed"], 2, Added + Duration.FromHours(1));

        var snapshot = JsonSerializer.Serialize(state, SiteJson.State);
        var read = JsonSerializer.Deserialize(snapshot, SiteJson.State)!;

        Assert.Equal(snapshot, JsonSerializer.Serialize(read, SiteJson.State));
        Assert.True(read.AddedAs!.ContentEquals(Van));
        Assert.Equal((2, Added), (read.Entry!.Version, read.Entry.AddedAt));
        Assert.Equal(SiteState.Empty, JsonSerializer.Deserialize(JsonSerializer.Serialize(SiteState.Empty, SiteJson.State), SiteJson.State));
    }
}
