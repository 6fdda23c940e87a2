namespace Outreach.Domain.Access;

/// <summary>An organization's id: <see cref="Slug.Rule"/>. The default value is <see cref="First"/>.</summary>
public readonly record struct OrganizationId
{
    /// <summary>Everything that was recorded before there were organizations belongs to it.</summary>
    private const string FirstId = "main";

    private readonly string? text;

    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public OrganizationId(string value) => text = Slug.Require(value) == FirstId ? null : value;

    /// <summary>The organization that every installation starts with. Its administrators manage the installation.</summary>
    public static OrganizationId First => default;

    public string Value => text ?? FirstId;

    public override string ToString() => Value;
}
