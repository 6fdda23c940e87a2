using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Questions;

/// <summary>A closed question that an organization asks at encounters. Nobody has to answer it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Text">What is asked, 1 to <see cref="MaxText"/> characters.</param>
/// <param name="Answers">The answers to choose from, <see cref="MinAnswers"/> to <see cref="MaxAnswers"/>, each with an id of its own.</param>
/// <param name="Retired">True if it is no longer asked.</param>
/// <param name="Organization">The organization that asks it. Never changes.</param>
public sealed record Question(
    QuestionId Id, string Text, EquatableList<Answer> Answers, bool Retired, OrganizationId Organization = default) : ISettings
{
    public const int MaxText = 200;
    public const int MinAnswers = 2;
    public const int MaxAnswers = 30;

    public string GetId() => Id.Value;
}

/// <summary>An answer to choose.</summary>
/// <param name="Id">The id that encounters are recorded with.</param>
/// <param name="Label">What is shown, 1 to <see cref="MaxLabel"/> characters.</param>
public sealed record Answer(AnswerId Id, string Label)
{
    public const int MaxLabel = 100;
}
