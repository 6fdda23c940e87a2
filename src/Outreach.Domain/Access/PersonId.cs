namespace Outreach.Domain.Access;

/// <summary>Which person of an organization, never a name: <see cref="Slug.Rule"/>. The default value is no id and must not be used.</summary>
public readonly record struct PersonId
{
    /// <summary>What the ids of people begin with whom another provider vouches for; no other's do.</summary>
    public const string ExternalPrefix = "oidc-";

    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public PersonId(string value) => Value = Slug.Require(value);

    public string Value { get; }

    /// <summary>Whether another provider vouches for the person, so that only it lets them in.</summary>
    public bool IsExternal() => Value.StartsWith(ExternalPrefix, StringComparison.Ordinal);

    public override string ToString() => Value;
}
