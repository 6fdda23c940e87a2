using Outreach.Protocol.Questions.V1;
using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Reports;

/// <summary>How often each answer to a question was given. An answer that the question no longer has goes by its id.</summary>
public sealed record QuestionSum(string QuestionId, string Text, IReadOnlyList<AnswerSum> Answers);

/// <summary>In how many encounters an answer was given.</summary>
public sealed record AnswerSum(string Label, long Encounters);

/// <summary>Sums the answers of an overview.</summary>
public static class AnswerSums
{
    /// <summary>The questions that were answered, by their text. A question that is not known goes by its id.</summary>
    public static IReadOnlyList<QuestionSum> Of(OverviewSnapshot snapshot, IReadOnlyCollection<Question> questions)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return
        [
            .. snapshot.Rows
                .SelectMany(row => row.Answers)
                .GroupBy(answer => answer.QuestionId)
                .Select(given => Sum(given, questions.FirstOrDefault(question => question.QuestionId == given.Key)))
                .OrderBy(sum => sum.Text, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static QuestionSum Sum(IGrouping<string, AnswerFigures> given, Question? question)
    {
        var counts = given.GroupBy(answer => answer.AnswerId).ToDictionary(same => same.Key, same => same.Sum(answer => answer.Encounters));
        var labels = question?.Answers.ToDictionary(answer => answer.AnswerId, answer => answer.Label) ?? [];
        var ids = (question?.Answers.Select(answer => answer.AnswerId) ?? []).Union(counts.Keys.Order(StringComparer.Ordinal));
        return new QuestionSum(
            given.Key, question?.Text ?? given.Key, [.. ids.Select(id => new AnswerSum(labels.GetValueOrDefault(id, id), counts.GetValueOrDefault(id)))]);
    }
}
