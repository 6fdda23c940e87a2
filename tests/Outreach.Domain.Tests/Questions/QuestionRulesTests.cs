using NodaTime;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Tests.Questions;

public class QuestionRulesTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 9, 0);

    private static readonly Question AgeBand = new(
        new QuestionId("age-band"), "Age band", [new Answer(new AnswerId("under-25"), "Under 25"), new Answer(new AnswerId("25-up"), "25 and over")], Retired: false);

    [Fact]
    public void A_question_is_added_once_and_its_id_is_taken_then()
    {
        var added = QuestionRules.Add(new SettingsState<Question>(), AgeBand);

        var state = new SettingsState<Question>().Apply(Assert.Single(added.Facts), 1, Start);
        Assert.Empty(QuestionRules.Add(state, AgeBand).Facts);
        Assert.Equal("QUESTION_EXISTS", QuestionRules.Add(state, AgeBand with { Text = "Age" }).Refusal?.Code);
    }

    [Fact]
    public void A_question_is_retired_and_asked_again()
    {
        var state = new SettingsState<Question>().Apply(new QuestionEvent.QuestionAdded(AgeBand), 1, Start);

        var retired = QuestionRules.Change(state, AgeBand.Id, question => question with { Retired = true }, seen: 1);
        Assert.Equal([new QuestionEvent.QuestionChanged(AgeBand with { Retired = true }, Start)], retired.Facts);
        state = state.Apply(retired.Facts[0], 2, Start + Duration.FromHours(1));

        var again = QuestionRules.Change(state, AgeBand.Id, question => question with { Retired = false }, seen: 2);
        Assert.Equal([new QuestionEvent.QuestionChanged(AgeBand, Start)], again.Facts);
    }

    [Fact]
    public void An_unknown_question_is_not_changed()
    {
        var refused = QuestionRules.Change(new SettingsState<Question>(), AgeBand.Id, question => question with { Retired = true }, seen: null);

        Assert.Equal((RefusalKind.NotFound, "QUESTION_UNKNOWN"), (refused.Refusal?.Kind, refused.Refusal?.Code));
    }
}
