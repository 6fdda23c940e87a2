using NodaTime;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Access;

/// <summary>An event in the life of an organization's settings.</summary>
public abstract record OrganizationEvent : ISettingsEvent<Organization>
{
    private OrganizationEvent(Organization organization) => Organization = organization;

    /// <summary>The organization after this event.</summary>
    public Organization Organization { get; }

    public Versioned<Organization> ToVersioned(long version, Instant recordedAt) =>
        new(Organization, version, this is OrganizationChanged changed ? changed.AddedAt : recordedAt, recordedAt);

    /// <summary>An organization was added.</summary>
    public sealed record OrganizationAdded(Organization Organization) : OrganizationEvent(Organization);

    /// <summary>An organization's settings changed.</summary>
    /// <param name="Organization">The organization with all its settings, changed or not.</param>
    /// <param name="AddedAt">When it was added.</param>
    public sealed record OrganizationChanged(Organization Organization, Instant AddedAt) : OrganizationEvent(Organization);
}
