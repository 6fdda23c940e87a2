using Outreach.Protocol.Questions.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;
using static Outreach.Web.Tests.Reports.OverviewResponses;

namespace Outreach.Web.Tests.Reports;

public sealed class AnswerSumsTests
{
    private static readonly Question Age = new()
    {
        QuestionId = "age",
        Text = "Age band",
        Answers = { new Answer { AnswerId = "young", Label = "Under 25" }, new Answer { AnswerId = "old", Label = "25 and over" } },
    };

    [Fact]
    public void Answers_are_summed_over_rows_in_the_order_of_the_question() =>
        Assert.Equal(
            [new AnswerSum("Under 25", 0), new AnswerSum("25 and over", 5)],
            Assert.Single(AnswerSums.Of(Given(("age", "old", 2), ("age", "old", 3)), [Age])).Answers);

    [Fact]
    public void What_is_not_known_goes_by_its_id()
    {
        var sums = AnswerSums.Of(Given(("age", "removed", 1), ("removed", "x", 4)), [Age]);

        Assert.Equal(["Age band", "removed"], sums.Select(question => question.Text));
        Assert.Equal(new AnswerSum("removed", 1), sums[0].Answers[^1]);
        Assert.Equal([new AnswerSum("x", 4)], sums[1].Answers);
    }

    private static OverviewSnapshot Given(params (string Question, string Answer, long Encounters)[] answers) =>
        Snapshot([.. answers.Select((answer, i) => RowWith($"2026-11-{i + 1:00}", answer))]);

    private static OverviewRow RowWith(string day, (string Question, string Answer, long Encounters) answer)
    {
        var row = Row("van-1", day, answer.Encounters);
        row.Answers.Add(new AnswerFigures { QuestionId = answer.Question, AnswerId = answer.Answer, Encounters = answer.Encounters });
        return row;
    }
}
