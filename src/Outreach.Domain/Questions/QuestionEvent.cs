using NodaTime;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Questions;

/// <summary>An event in the life of a question.</summary>
public abstract record QuestionEvent : ISettingsEvent<Question>
{
    private QuestionEvent(Question question) => Question = question;

    /// <summary>The question after this event.</summary>
    public Question Question { get; }

    public Versioned<Question> ToVersioned(long version, Instant recordedAt) =>
        new(Question, version, this is QuestionChanged changed ? changed.AddedAt : recordedAt, recordedAt);

    /// <summary>A question was added.</summary>
    public sealed record QuestionAdded(Question Question) : QuestionEvent(Question);

    /// <summary>A question was changed, retired or asked again.</summary>
    /// <param name="Question">The question with all its settings, changed or not.</param>
    /// <param name="AddedAt">When it was added.</param>
    public sealed record QuestionChanged(Question Question, Instant AddedAt) : QuestionEvent(Question);
}
