namespace Outreach.Domain.Access;

/// <summary>Which person of an organization, never a name: <see cref="ChosenId.Rule"/>. The default value is no id and must not be used.</summary>
public readonly record struct PersonId
{
    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public PersonId(string value) => Value = ChosenId.Require(value);

    public string Value { get; }

    public override string ToString() => Value;
}
