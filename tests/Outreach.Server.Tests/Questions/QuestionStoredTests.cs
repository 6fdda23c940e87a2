using System.Text.Json;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Questions;

namespace Outreach.Server.Tests.Questions;

public class QuestionStoredTests
{
    private static readonly Instant Added = Instant.FromUtc(2026, 3, 1, 9, 0) + Duration.FromNanoseconds(123_456_789);

    private static readonly Question AgeBand = new(
        new QuestionId("age-band"),
        "Age band",
        [new Answer(new AnswerId("under-25"), "Under 25"), new Answer(new AnswerId("25-up"), "25 and over")],
        Retired: false,
        new OrganizationId("north"));

    private static readonly Dictionary<string, QuestionEvent> All = new()
    {
        ["question-added"] = new QuestionEvent.QuestionAdded(AgeBand),
        ["question-changed"] = new QuestionEvent.QuestionChanged(AgeBand with { Text = "Age", Retired = true }, Added),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_fact_is_written_as_in_its_golden_file(string name) =>
        GoldenFiles.AssertWrittenAs("Questions", name, All[name], QuestionJson.Fact);

    [Theory, MemberData(nameof(Names))]
    public void A_golden_file_is_read_as_its_fact(string name) => Assert.Equal(All[name], GoldenFiles.Read("Questions", name, QuestionJson.Fact));

    [Fact]
    public void A_snapshot_is_read_as_the_state_that_was_written()
    {
        var state = new SettingsState<Question>().Apply(All["question-added"], 1, Added).Apply(All["question-changed"], 2, Added + Duration.FromHours(1));

        foreach (var written in new[] { state, new SettingsState<Question>() })
            Assert.Equal(written, JsonSerializer.Deserialize(JsonSerializer.Serialize(written, QuestionJson.State), QuestionJson.State));
    }
}
