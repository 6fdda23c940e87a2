using Outreach.Domain.Questions;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Questions;

/// <summary>The questions of organizations, with a stream for each question.</summary>
public sealed class QuestionStreamDefinition : SettingsStreamDefinition<Question, QuestionEvent>
{
    /// <summary>Questions by id; retired is "1" or empty.</summary>
    public static readonly SettingsView<Question> Questions = new(
        "questions",
        "question_id",
        QuestionJson.Document,
        ("retired", question => question.Retired ? "1" : ""),
        ("organization_id", question => question.Organization.Value));

    private QuestionStreamDefinition()
        : base("question", Questions, QuestionJson.Fact, QuestionJson.State)
    {
    }

    public static QuestionStreamDefinition Instance { get; } = new();
}
