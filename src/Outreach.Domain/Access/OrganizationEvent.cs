using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>What happened to an organization's settings. Each fact tells it whole, so that the latest one alone says what it is.</summary>
public abstract record OrganizationEvent
{
    private OrganizationEvent(Organization organization) => Organization = organization;

    /// <summary>The organization as it is after this.</summary>
    public Organization Organization { get; }

    /// <summary>An organization came to take part.</summary>
    public sealed record OrganizationAdded(Organization Organization) : OrganizationEvent(Organization);

    /// <summary>Settings of an organization changed.</summary>
    /// <param name="Organization">The organization with all its settings, changed or not.</param>
    /// <param name="AddedAt">When it was added, repeated here so that this fact alone says what the organization is.</param>
    public sealed record OrganizationChanged(Organization Organization, Instant AddedAt) : OrganizationEvent(Organization);
}
