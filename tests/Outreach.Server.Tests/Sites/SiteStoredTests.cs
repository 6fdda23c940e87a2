using System.Text.Json;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
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
        Assert.Equal(AllForms[name], GoldenFiles.Read("Sites", name, SiteJson.Fact));
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
        var state = new SettingsState<Site>().Apply(AllForms["site-added"], 1, Added).Apply(AllForms["site-changed"], 2, Added + Duration.FromHours(1));

        foreach (var written in new[] { state, new SettingsState<Site>() })
            Assert.Equal(written, JsonSerializer.Deserialize(JsonSerializer.Serialize(written, SiteJson.State), SiteJson.State));
    }

    [Fact]
    public void Snapshots_and_documents_keep_the_names_that_they_were_first_stored_with()
    {
        var state = new SettingsState<Site>().Apply(AllForms["site-added"], 1, Added);

        Assert.StartsWith("{\"entry\":{\"site\":{\"id\":\"van-1\",", JsonSerializer.Serialize(state, SiteJson.State), StringComparison.Ordinal);
        Assert.EndsWith(
            "},\"version\":1,\"addedAt\":\"2026-03-01T09:00:00.123456789Z\",\"changedAt\":\"2026-03-01T09:00:00.123456789Z\"}",
            JsonSerializer.Serialize(state.Current!, SiteJson.Document),
            StringComparison.Ordinal);
    }
}
