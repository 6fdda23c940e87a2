using Outreach.Domain;
using Outreach.Domain.Questions;
using Outreach.Server.Access;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Questions.V1;

namespace Outreach.Server.Questions;

/// <summary>The fields of a question. A new one is added here, to <see cref="Question"/> and to the proto.</summary>
internal static class QuestionFields
{
    public static SettingsFields<Wire.Question, Question> All { get; } =
        new SettingsFields<Wire.Question, Question>("question", id => new Question(new QuestionId(id), "", [], Retired: false))
            .Text("text", 1, Question.MaxText, question => question.Text, (question, text) => question with { Text = text })
            .Add("answers", ParseAnswers, WriteAnswers, question => question.Answers, (question, answers) => question with { Answers = answers })
            .Flag("retired", question => question.Retired, (question, retired) => question with { Retired = retired })
            .AddOrganization(question => question.Organization, (question, organization) => question with { Organization = organization });

    private static EquatableList<Answer> ParseAnswers(Wire.Question sent, string path, Violations violations)
    {
        if (sent.Answers.Count < Question.MinAnswers)
            violations.Add(path, $"must have at least {Question.MinAnswers} answers; this has {sent.Answers.Count}.");
        if (sent.Answers.Select(answer => answer.AnswerId).Distinct().Count() < sent.Answers.Count)
            violations.Add(path, "must have answers with different ids; two have the same.");
        return
        [
            .. FieldParser.TakeAtMost(sent.Answers, path, Question.MaxAnswers, violations)
                .Select((answer, i) => ParseAnswer(answer, $"{path}[{i}]", violations)).OfType<Answer>(),
        ];
    }

    private static Answer? ParseAnswer(Wire.Answer sent, string path, Violations violations)
    {
        var id = FieldParser.ParseId(sent.AnswerId, $"{path}.answer_id", violations);
        var label = FieldParser.ParseText(sent.Label, $"{path}.label", 1, Answer.MaxLabel, violations);
        return id is null ? null : new Answer(new AnswerId(id), label);
    }

    private static void WriteAnswers(Wire.Question wire, EquatableList<Answer> answers)
    {
        foreach (var answer in answers)
            wire.Answers.Add(new Wire.Answer { AnswerId = answer.Id.Value, Label = answer.Label });
    }
}
