namespace Outreach.Domain.Access;

/// <summary>A person's id, never a name: <see cref="Slug.Rule"/>. The default value is not an id and must not be used.</summary>
public readonly record struct PersonId
{
    /// <summary>The prefix of the ids of people from another identity provider, and of no others.</summary>
    public const string ExternalPrefix = "oidc-";

    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public PersonId(string value) => Value = Slug.Require(value);

    public string Value { get; }

    /// <summary>True if the person signs in with another identity provider, and only there.</summary>
    public bool IsExternal() => Value.StartsWith(ExternalPrefix, StringComparison.Ordinal);

    public override string ToString() => Value;
}
