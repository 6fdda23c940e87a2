namespace Outreach.Domain.Access;

/// <summary>Which person of an organization, never a name: <see cref="ChosenId.Rule"/>. The default value is no id and must not be used.</summary>
public readonly record struct PersonId
{
    /// <summary>What the ids of people begin with whom another provider vouches for; no other's do.</summary>
    public const string Elsewhere = "oidc-";

    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public PersonId(string value) => Value = ChosenId.Require(value);

    public string Value { get; }

    /// <summary>Whether another provider vouches for the person, so that only it lets them in.</summary>
    public bool IsElsewhere() => Value.StartsWith(Elsewhere, StringComparison.Ordinal);

    public override string ToString() => Value;
}
