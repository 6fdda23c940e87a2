using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Questions;

/// <summary>What may happen to a question.</summary>
public static class QuestionRules
{
    private static readonly SettingsRules<Question, QuestionEvent> Settings = new("Question");

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Add"/>
    public static Decision<QuestionEvent> Add(SettingsState<Question> state, Question question) =>
        Settings.Add(state, question, added => new QuestionEvent.QuestionAdded(added));

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Change"/>
    public static Decision<QuestionEvent> Change(SettingsState<Question> state, QuestionId id, Func<Question, Question> change, long? seen) =>
        Settings.Change(state, id.Value, change, seen, (changed, addedAt) => new QuestionEvent.QuestionChanged(changed, addedAt));

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Unknown"/>
    public static Refusal Unknown(QuestionId id) => Settings.Unknown(id.Value);
}
