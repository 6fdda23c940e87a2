namespace Outreach.Domain.Access;

/// <summary>Which organization: <see cref="Slug.Rule"/>. The default value is the first one.</summary>
public readonly record struct OrganizationId
{
    /// <summary>The organization that an installation begins with; what was recorded before there were organizations is its own.</summary>
    private const string FirstId = "main";

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public OrganizationId(string value) => text = Slug.Require(value) == FirstId ? null : value;

    /// <summary>The one that an installation begins with. Its administrators keep the installation.</summary>
    public static OrganizationId First => default;

    public string Value => text ?? FirstId;

    public override string ToString() => Value;
}
