namespace Outreach.Domain.Questions;

/// <summary>A question's id: <see cref="Slug.Rule"/>. The default value is not an id and must not be used.</summary>
public readonly record struct QuestionId
{
    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public QuestionId(string value) => Value = Slug.Require(value);

    public string Value { get; }

    public override string ToString() => Value;
}

/// <summary>The id of an answer, unique within its question: <see cref="Slug.Rule"/>. The default value is not an id and must not be used.</summary>
public readonly record struct AnswerId
{
    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public AnswerId(string value) => Value = Slug.Require(value);

    public string Value { get; }

    public override string ToString() => Value;
}
